/**
 * Makes Redis hold what the source holds, whatever it held before: nothing, something older, or the same, of which nothing is
 * written again. Goes on beside reads and beside publications, which come by the same queue.
 *
 * Names are compared partition by partition; one that was not complete, because it is new or Redis lost it, is complete when
 * all its names are written. The catalog comes last: it names what is there.
 */
import { listImagesOf } from '../image-lists';
import type { ImageRepository, RegistryRepository, Repository } from '../../redirects/repository';
import { digestOf } from './entries';
import { printFacts } from './facts';
import type { Keys, Kind, Partition } from './keys';
import { ALL_PARTITIONS, CATALOG, contentsField, kindOf, KINDS, partitionOf } from './keys';
import type { PublicationQueue } from './publication-queue';
import type { RedisClient } from './connect';
import type { TableWriter } from './table-writer';
import type { PartitionState, WriteScripts } from './write-scripts';

/** What is published: the truth. */
export interface PublicationSource {
  /** What is in service under a name, at most one repository of each protocol. */
  inService(name: string): Repository[];
  listRegistries(after: string | undefined, most: number): RegistryRepository[];
  listImages(after: string | undefined, most: number): ImageRepository[];
}

export interface ReconcileOptions {
  client: RedisClient;
  keys: Keys;
  scripts: WriteScripts;
  writer: TableWriter;
  queue: PublicationQueue;
  source: PublicationSource;
  token: number;
  sealed: ReadonlyMap<Partition, PartitionState>;
  /** Whose owners of images may be missing, although it is complete. */
  ownersDue: ReadonlySet<Partition>;
  /** Names that are as they should be, of all. */
  onProgress: (done: number, total: number) => void;
}

const PARTITIONS_AT_ONCE = 8;
/** Many of one partition go in one script. */
const OWNERS_AT_ONCE = 10_000;
const CATALOG_PAGE = 500;

export async function reconcile(options: ReconcileOptions): Promise<void> {
  const { source, sealed, onProgress } = options;
  const namesBy = new Map<Partition, Set<string>>(ALL_PARTITIONS.map((partition) => [partition, new Set()]));
  for (const { name } of listAll(source)) namesBy.get(partitionOf(name))?.add(name);
  const total = [...namesBy.values()].reduce((sum, names) => sum + names.size, 0);
  let done = 0;
  onProgress(done, total);
  const noteDone = (count: number): void => onProgress((done += count), total);

  await addOwners(options);
  const partitions = [...namesBy].filter(([partition]) => partition !== CATALOG);
  const work = async (): Promise<void> => {
    for (let next = partitions.pop(); next; next = partitions.pop()) {
      const [partition, names] = next;
      await reconcileNames(partition, names, options, noteDone);
      if (!sealed.get(partition)?.isComplete) await options.scripts.complete(partition, options.token);
    }
  };
  await Promise.all(Array.from({ length: PARTITIONS_AT_ONCE }, work));
  for (const kind of KINDS) await reconcileCatalog(kind, options);
  if (!sealed.get(CATALOG)?.isComplete) await options.scripts.complete(CATALOG, options.token);
}

/** Before any partition is complete: an image is found by its owners. */
async function addOwners({ source, sealed, ownersDue, writer }: ReconcileOptions): Promise<void> {
  const isDue = (imageId: string): boolean => {
    const partition = partitionOf(imageId);
    return ownersDue.has(partition) || !sealed.get(partition)?.isComplete;
  };
  let added: Promise<void>[] = [];
  let count = 0;
  for (const repository of source.listImages(undefined, Infinity)) {
    const ids = listImagesOf(repository).ids.filter(isDue);
    added.push(writer.changeOwners('SADD', ids, repository.name));
    count += ids.length;
    if (count < OWNERS_AT_ONCE) continue;
    await Promise.all(added);
    [added, count] = [[], 0];
  }
  await Promise.all(added);
}

async function reconcileNames(
  partition: Partition,
  names: ReadonlySet<string>,
  { client, keys, source, queue }: ReconcileOptions,
  noteDone: (count: number) => void,
): Promise<void> {
  const digests = new Map(Object.entries(await client.hgetall(keys.digests(partition))));
  const gone = new Set([...digests.keys()].map((field) => field.slice(2)));
  const differing: string[] = [];
  for (const name of names) {
    gone.delete(name);
    const repositories = source.inService(name);
    const isSame = KINDS.every((kind) => {
      const repository = repositories.find((one) => kindOf(one) === kind);
      return digests.get(contentsField(kind, name)) === (repository && digestOf(repository));
    });
    if (!isSame) differing.push(name);
  }
  noteDone(names.size - differing.length);
  await Promise.all(differing.map((name) => queue.addLater(name).then(() => noteDone(1))));
  await Promise.all([...gone].map((name) => queue.addLater(name)));
}

export type CatalogOptions = Pick<ReconcileOptions, 'client' | 'keys' | 'scripts' | 'source' | 'token'>;

export async function reconcileCatalog(
  kind: Kind,
  { client, keys, scripts, source, token }: CatalogOptions,
): Promise<void> {
  const known = new Map<string, string>();
  const prefix = contentsField(kind, '');
  let cursor = '0';
  do {
    const [next, page] = await client.hscan(keys.catalogFacts, cursor, 'MATCH', `${prefix}*`, 'COUNT', CATALOG_PAGE);
    cursor = next;
    for (let at = 0; at + 1 < page.length; at += 2) {
      known.set((page[at] as string).slice(prefix.length), page[at + 1] as string);
    }
  } while (cursor !== '0');
  if ((await client.zcard(keys.catalogNames(kind))) !== known.size) {
    // One of the two lost names. What is known of neither is no facts of anything: all is written, and what is too much goes.
    const names = await client.zrange(keys.catalogNames(kind), 0, -1);
    for (const name of [...known.keys(), ...names]) known.set(name, '');
  }
  const find = (name: string): Repository | undefined => source.inService(name).find((one) => kindOf(one) === kind);
  const names = new Set([...listAll(source)].filter((one) => kindOf(one) === kind).map(({ name }) => name));
  for (const name of known.keys()) names.add(name);
  const all = [...names];
  for (let from = 0; from < all.length; from += CATALOG_PAGE) {
    const changes = all.slice(from, from + CATALOG_PAGE).flatMap((name) => {
      const repository = find(name);
      const facts = repository && printFacts(repository);
      return facts === known.get(name) ? [] : [{ name, facts }];
    });
    if (changes.length > 0) await scripts.changeCatalog(kind, token, changes);
  }
}

function* listAll(source: PublicationSource): Generator<Repository> {
  yield* source.listRegistries(undefined, Infinity);
  yield* source.listImages(undefined, Infinity);
}
