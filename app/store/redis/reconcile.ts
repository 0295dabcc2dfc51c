/**
 * Makes Redis hold what the source holds, whatever it held before: nothing, something older, or the same, of which nothing is
 * written again. Goes on beside reads and beside publications, which come by the same queue.
 *
 * Names are compared partition by partition; one that was not complete, because it is new or Redis lost it, is complete when
 * all its names are written. Its digests may have been lost alone, and so the catalog tells, too, what may have to go. The catalog
 * comes last: it names what is there.
 */
import { listImagesOf } from '../image-lists';
import { digestOf } from './entries';
import { insteadOfOtherType } from './instead-of-other-type';
import type { Partition } from './keys';
import { ALL_PARTITIONS, CATALOG, contentsField, kindOf, KINDS, partitionOf } from './keys';
import type { PublicationQueue } from './publication-queue';
import { listOfKind, readCatalog, reconcileCatalog, type CatalogOptions } from './reconcile-catalog';
import type { TableWriter } from './table-writer';
import type { PartitionState } from './write-scripts';

export interface ReconcileOptions extends CatalogOptions {
  writer: TableWriter;
  queue: PublicationQueue;
  sealed: ReadonlyMap<Partition, PartitionState>;
  /** Whose owners of images may be missing, although it is complete. */
  ownersDue: ReadonlySet<Partition>;
  /** Names that are as they should be, of all. */
  onProgress: (done: number, total: number) => void;
}

const PARTITIONS_AT_ONCE = 8;
/** Many of one partition go in one script. */
const OWNERS_AT_ONCE = 10_000;

export async function reconcile(options: ReconcileOptions): Promise<void> {
  const { source, sealed, onProgress } = options;
  const namesBy = new Map<Partition, Set<string>>(ALL_PARTITIONS.map((partition) => [partition, new Set()]));
  for (const { name } of KINDS.flatMap((kind) => listOfKind(source, kind))) namesBy.get(partitionOf(name))?.add(name);
  const total = [...namesBy.values()].reduce((sum, names) => sum + names.size, 0);
  let done = 0;
  onProgress(done, total);
  const noteDone = (count: number): void => onProgress((done += count), total);

  await addOwners(options);
  const surplus = await findSurplus(options);
  const partitions = [...namesBy].filter(([partition]) => partition !== CATALOG);
  const work = async (): Promise<void> => {
    for (let next = partitions.pop(); next; next = partitions.pop()) {
      const [partition, names] = next;
      await reconcileNames(partition, names, surplus.get(partition) ?? [], options, noteDone);
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

/**
 * By partition: names that the catalog has of a protocol, and the source has not. Only of what is not complete; of everything else the
 * digests tell. The digest of such a name may be gone, but not its repository.
 */
async function findSurplus(options: ReconcileOptions): Promise<Map<Partition, string[]>> {
  const { source, sealed } = options;
  const surplus = new Map<Partition, string[]>();
  const isComplete = (partition: Partition): boolean => sealed.get(partition)?.isComplete ?? false;
  if (ALL_PARTITIONS.every((partition) => partition === CATALOG || isComplete(partition))) return surplus;
  for (const kind of KINDS) {
    const known = await readCatalog(kind, options).catch(insteadOfOtherType(new Map<string, string>()));
    for (const name of known.keys()) {
      const partition = partitionOf(name);
      if (isComplete(partition) || source.inService(name).some((one) => kindOf(one) === kind)) continue;
      const names = surplus.get(partition);
      if (names) names.push(name);
      else surplus.set(partition, [name]);
    }
  }
  return surplus;
}

async function reconcileNames(
  partition: Partition,
  names: ReadonlySet<string>,
  surplus: readonly string[],
  { client, keys, source, queue, writer }: ReconcileOptions,
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
  for (const name of surplus) {
    writer.distrust(name);
    gone.add(name);
  }
  await Promise.all(differing.map((name) => queue.addLater(name).then(() => noteDone(1))));
  await Promise.all([...gone].map((name) => queue.addLater(name)));
}
