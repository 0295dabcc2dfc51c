/**
 * Where everything is kept in Redis. All keys of one partition have one hash tag, so that in a cluster they are on one node and
 * a script may read or change them together. Which partition a name, or the id of a v1 image, belongs to never changes.
 *
 *     davit:1:{a7}:state          hash    token, generation, sequence, owners, held, complete: see ./write-lua
 *     davit:1:{a7}:digests        hash    2:<name> or 1:<name> → digest of what is published
 *     davit:1:{a7}:2:<name>       hash    what the v2 repository lists, see ./entries; 1:<name>: the v1 images
 *     davit:1:{a7}:2t:<name>      zset    its tags, in byte order
 *     davit:1:{a7}:i:<image id>   set     names of the v1 repositories that may hold the image
 *     davit:1:{catalog}:2n        zset    names of all v2 repositories; 1n: of the v1 repositories
 *     davit:1:{catalog}:facts     hash    2:<name> or 1:<name> → facts
 *     davit:1:{lease}:holder      string  the writer that holds the lease; token: the last token
 *     davit:1:{shared}:<name>      string  what all processes have in common, see ./shared-text
 *     davit:1:changes             channel <partition> <generation> <sequence> <name>
 *
 * `davit` is [redis] prefix, 1 the version of this layout. Pure.
 */
import type { Repository } from '../../redirects/repository';

const LAYOUT = 1;

/** Enough that a cluster of any size shares the load, few enough that all are looked at every second. */
const NAME_PARTITIONS = 256;

/** `00` to `ff`, or `catalog`. */
export type Partition = string;

export const CATALOG: Partition = 'catalog';

export const ALL_PARTITIONS: readonly Partition[] = [
  ...Array.from({ length: NAME_PARTITIONS }, (_, number) => number.toString(16).padStart(2, '0')),
  CATALOG,
];

/** Of a name, or of the id of a v1 image. */
export function partitionOf(name: string): Partition {
  let hash = 0x811c9dc5;
  for (let at = 0; at < name.length; at++) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193);
  hash ^= hash >>> 15;
  return ALL_PARTITIONS[hash & (NAME_PARTITIONS - 1)] as Partition;
}

/** The protocol of a repository. */
export type Kind = '2' | '1';

export const KINDS: readonly Kind[] = ['2', '1'];

export const kindOf = ({ layout }: Repository): Kind => (layout === 'images' ? '1' : '2');

/** Of a repository, in the contents of a partition. */
export const contentsField = (kind: Kind, name: string): string => `${kind}:${name}`;

export interface Keys {
  changes: string;
  shared(name: string): string;
  leaseHolder: string;
  leaseToken: string;
  state(partition: Partition): string;
  digests(partition: Partition): string;
  table(kind: Kind, name: string): string;
  tags(kind: Kind, name: string): string;
  /** What is being written, until it is complete and takes the place of the key without `s`. */
  stagedTable(kind: Kind, name: string): string;
  stagedTags(kind: Kind, name: string): string;
  owners(imageId: string): string;
  catalogNames(kind: Kind): string;
  catalogFacts: string;
  /** What a partition has of all its names: the digests, or the facts of the catalog. */
  contents(partition: Partition): string;
}

export function createKeys(prefix: string): Keys {
  const root = `${prefix}:${LAYOUT}`;
  const named = (name: string, what: string): string => `${root}:{${partitionOf(name)}}:${what}:${name}`;
  const digests = (partition: Partition): string => `${root}:{${partition}}:digests`;
  const catalogFacts = `${root}:{${CATALOG}}:facts`;
  return {
    changes: `${root}:changes`,
    shared: (name) => `${root}:{shared}:${name}`,
    leaseHolder: `${root}:{lease}:holder`,
    leaseToken: `${root}:{lease}:token`,
    state: (partition) => `${root}:{${partition}}:state`,
    digests,
    table: (kind, name) => named(name, kind),
    tags: (kind, name) => named(name, `${kind}t`),
    stagedTable: (kind, name) => named(name, `s${kind}`),
    stagedTags: (kind, name) => named(name, `s${kind}t`),
    owners: (imageId) => named(imageId, 'i'),
    catalogNames: (kind) => `${root}:{${CATALOG}}:${kind}n`,
    catalogFacts,
    contents: (partition) => (partition === CATALOG ? catalogFacts : digests(partition)),
  };
}
