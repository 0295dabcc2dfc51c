/**
 * Writes one repository to Redis: all that it lists is staged beside what is published, in pieces that hold up nobody, and then
 * takes its place at one moment.
 *
 * Owners of images come before the images, and go after them: an image that two versions have is never without one. So with the
 * catalog: it names what is there.
 */
import { readKey } from '../../redirects/packed-key';
import type { Repository } from '../../redirects/repository';
import { listImagesOf } from '../image-lists';
import { digestOf, FACTS_FIELD, listEntries, readEntry } from './entries';
import { printFacts } from './facts';
import { Gathering } from './gathering';
import { insteadOfOtherType } from './instead-of-other-type';
import type { Keys, Kind, Partition } from './keys';
import { contentsField, KINDS, kindOf, partitionOf } from './keys';
import type { RedisClient } from './connect';
import type { CatalogChange, Owner, OwnerChange, WriteScripts } from './write-scripts';
import { IS_IMAGE } from '../../redirects/table-layout';

/** Of one script: a fraction of a millisecond of Redis' time. */
const MOST_FIELDS = 1000;

export interface TableWriterOptions {
  client: RedisClient;
  keys: Keys;
  scripts: WriteScripts;
  /** Of the lease. */
  token: number;
}

export class TableWriter {
  readonly #options: TableWriterOptions;
  readonly #catalog: Gathering<Kind, CatalogChange>;
  readonly #owners: Record<OwnerChange, Gathering<Partition, Owner>>;
  /** Names that are written, or removed, whatever their digest says. */
  readonly #distrusted = new Set<string>();
  /** Names whose owners of images are noted again, even if nothing else is written. */
  readonly #ownersDue = new Set<string>();

  constructor(options: TableWriterOptions) {
    const { scripts, token } = options;
    this.#options = options;
    this.#catalog = new Gathering((kind, changes) => scripts.changeCatalog(kind, token, changes));
    const gather = (change: OwnerChange): Gathering<Partition, Owner> =>
      new Gathering((partition, owners) => scripts.changeOwners(change, partition, owners, token));
    this.#owners = { SADD: gather('SADD'), SREM: gather('SREM') };
  }

  /**
   * Makes Redis hold these repositories under the name: at most one of each protocol. What is there already is not written
   * again. Not to be called for a name before it has ended for the same one.
   */
  async write(name: string, repositories: readonly Repository[]): Promise<void> {
    const { client, keys } = this.#options;
    const isDistrusted = this.#distrusted.delete(name);
    const areOwnersDue = this.#ownersDue.delete(name);
    const digests = await client.hmget(
      keys.digests(partitionOf(name)),
      ...KINDS.map((kind) => contentsField(kind, name)),
    );
    for (const [position, kind] of KINDS.entries()) {
      const repository = repositories.find((one) => kindOf(one) === kind);
      const digest = repository && digestOf(repository);
      if (!isDistrusted && (digests[position] ?? undefined) === digest) {
        if (areOwnersDue && repository) await this.changeOwners('SADD', imageIdsOf(repository), name);
        continue;
      }
      if (repository) await this.#replace(kind, repository, digest as string);
      else await this.#remove(kind, name);
    }
  }

  /** What is there of the name is not what its digest says: the next write of it is not spared. */
  distrust(name: string): void {
    this.#distrusted.add(name);
  }

  /** It is not noted for all of its images: the next write of it does that. */
  distrustOwners(name: string): void {
    this.#ownersDue.add(name);
  }

  /** Notes a name for these images; they may be of different partitions. */
  async changeOwners(change: OwnerChange, imageIds: Iterable<string>, name: string): Promise<void> {
    const owners = this.#owners[change];
    const written = new Set<Promise<void>>();
    for (const imageId of imageIds) written.add(owners.add(partitionOf(imageId), { imageId, name }));
    await Promise.all(written);
  }

  async #replace(kind: Kind, repository: Repository, digest: string): Promise<void> {
    const { name } = repository;
    const idsNow = imageIdsOf(repository);
    const idsBefore = kind === '1' ? await this.#readImageIds(name) : [];
    await this.changeOwners('SADD', idsNow, name);
    await this.#publish(kind, repository, digest);
    await this.#catalog.add(kind, { name, facts: printFacts(repository) });
    const still = new Set(idsNow);
    await this.changeOwners(
      'SREM',
      idsBefore.filter((id) => !still.has(id)),
      name,
    );
  }

  /** In one step if one script can hold it: most repositories are small, and each step is a way to Redis and back. */
  async #publish(kind: Kind, repository: Repository, digest: string): Promise<void> {
    const { scripts, token } = this.#options;
    const { name } = repository;
    const parts: Buffer[] = [FACTS_FIELD, Buffer.from(printFacts(repository))];
    if (repository.layout !== 'flat') {
      for (const { field, value } of listEntries(repository.references)) {
        parts.push(field, value);
        if (parts.length > 2 * MOST_FIELDS) break;
      }
    }
    if (parts.length <= 2 * MOST_FIELDS) {
      const tags = repository.layout === 'forms' ? repository.references.tags() : [];
      await scripts.replace(kind, name, token, digest, parts, tags);
      return;
    }
    const fieldCount = await this.#stageTable(kind, repository);
    const tagCount = await this.#stageTags(kind, repository);
    await scripts.commit(kind, name, token, { digest, fieldCount, tagCount });
  }

  async #remove(kind: Kind, name: string): Promise<void> {
    const { scripts, token } = this.#options;
    const ids = kind === '1' ? await this.#readImageIds(name) : [];
    await this.#catalog.add(kind, { name, facts: undefined });
    await scripts.commit(kind, name, token, { digest: '', fieldCount: 0, tagCount: 0 });
    await this.changeOwners('SREM', ids, name);
  }

  /** Gives the number of fields. */
  async #stageTable(kind: Kind, repository: Repository): Promise<number> {
    const { scripts, token } = this.#options;
    let parts: Buffer[] = [FACTS_FIELD, Buffer.from(printFacts(repository))];
    let [fieldCount, isFirst] = [1, true];
    const send = async (): Promise<void> => {
      await scripts.stageTable(kind, repository.name, token, isFirst, parts);
      [parts, isFirst] = [[], false];
    };
    if (repository.layout !== 'flat') {
      for (const { field, value } of listEntries(repository.references)) {
        parts.push(field, value);
        fieldCount++;
        if (parts.length >= 2 * MOST_FIELDS) await send();
      }
    }
    if (parts.length > 0) await send();
    return fieldCount;
  }

  /** Gives the number of tags. Those of v1 come with all else that is listed, never alone. */
  async #stageTags(kind: Kind, repository: Repository): Promise<number> {
    const { scripts, token } = this.#options;
    if (repository.layout !== 'forms') return 0;
    const tags = repository.references.tags();
    for (let from = 0; from < tags.length; from += MOST_FIELDS) {
      await scripts.stageTags(kind, repository.name, token, from === 0, tags.slice(from, from + MOST_FIELDS));
    }
    return tags.length;
  }

  /** Of the images that are published now. */
  async #readImageIds(name: string): Promise<string[]> {
    const { client, keys } = this.#options;
    const ids = new Set<string>();
    let cursor = '0';
    do {
      const scan = client.hscanBuffer(keys.table('1', name), cursor, 'COUNT', MOST_FIELDS);
      const [next, page] = await scan.catch(insteadOfOtherType(NOTHING));
      cursor = next.toString();
      for (let at = 0; at + 1 < page.length; at += 2) {
        const [field, value] = [page[at] as Buffer, page[at + 1] as Buffer];
        const isImage = !field.equals(FACTS_FIELD) && (readEntry(value)?.forms ?? 0) & IS_IMAGE;
        if (isImage) ids.add(readKey(field, 0));
      }
    } while (cursor !== '0');
    return [...ids];
  }
}

const imageIdsOf = (repository: Repository): readonly string[] =>
  repository.layout === 'images' ? listImagesOf(repository).ids : [];

const NOTHING: [cursor: Buffer, page: Buffer[]] = [Buffer.from('0'), []];
