/** What is written to Redis, as calls. What each does at one moment, and why a late writer can do nothing: ./write-lua. */
import type { Keys, Kind, Partition } from './keys';
import { CATALOG, contentsField, partitionOf } from './keys';
import type { RedisClient } from './connect';
import {
  CHANGE_CATALOG,
  CHANGE_OWNERS,
  COMMIT,
  COMPLETE,
  READ_STATE,
  REPLACE,
  SEAL,
  STAGE_TABLE,
  STAGE_TAGS,
} from './write-lua';

export interface PartitionState {
  /** Of who sealed it last; 0: nobody. */
  token: number;
  isComplete: boolean;
  sequence: number;
  owners: number;
  /** All names that were written are in its contents. */
  isWhole: boolean;
}

export interface WriteScripts {
  /** Resolves to what was found, with the token of who sealed it before. */
  seal(partition: Partition, token: number): Promise<PartitionState>;
  readState(partition: Partition): Promise<PartitionState>;
  /** `parts`: fields and values by turns. What is staged vanishes after a while unless it is committed. */
  stageTable(kind: Kind, name: string, token: number, isFirst: boolean, parts: Buffer[]): Promise<void>;
  stageTags(kind: Kind, name: string, token: number, isFirst: boolean, tags: string[]): Promise<void>;
  /** `digest` empty, with no fields: the repository goes. */
  commit(kind: Kind, name: string, token: number, staged: Staged): Promise<void>;
  /** All at once, of what is small enough; `parts` and `tags` as above. */
  replace(kind: Kind, name: string, token: number, digest: string, parts: Buffer[], tags: string[]): Promise<void>;
  complete(partition: Partition, token: number): Promise<void>;
  /** `owners`: of images of this partition. */
  changeOwners(change: OwnerChange, partition: Partition, owners: Owner[], token: number): Promise<void>;
  changeCatalog(kind: Kind, token: number, changes: CatalogChange[]): Promise<void>;
}

export type OwnerChange = 'SADD' | 'SREM';

export interface Owner {
  imageId: string;
  name: string;
}

export interface CatalogChange {
  name: string;
  /** Text; undefined: the name goes. */
  facts: string | undefined;
}

export interface Staged {
  digest: string;
  fieldCount: number;
  tagCount: number;
}

type Arguments = (string | number | Buffer)[];

interface Commands {
  davitReadState(...of: Arguments): Promise<(string | null)[]>;
  davitSeal(...of: Arguments): Promise<(string | null)[]>;
  davitStageTable(...of: Arguments): Promise<void>;
  davitStageTags(...of: Arguments): Promise<void>;
  davitCommit(...of: Arguments): Promise<number>;
  davitReplace(...of: Arguments): Promise<number>;
  davitComplete(...of: Arguments): Promise<number>;
  davitChangeOwners(...of: Arguments): Promise<number>;
  davitChangeCatalog(...of: Arguments): Promise<number>;
}

/** Begins with the number of its keys. */
export const UNPIPELINED: readonly string[] = ['davitChangeOwners'];

/** After a writer that died in the middle. */
const STAGED_LIFETIME_MS = 600_000;

/** How often a partition was changed, as Redis counts; what it throws is a fault of the change. */
export type OnCount = (partition: Partition, counter: 'sequence' | 'owners', count: number) => void;

export function createWriteScripts(client: RedisClient, keys: Keys, onCount: OnCount): WriteScripts {
  client.defineCommand('davitReadState', { numberOfKeys: 2, lua: READ_STATE });
  client.defineCommand('davitSeal', { numberOfKeys: 2, lua: SEAL });
  client.defineCommand('davitStageTable', { numberOfKeys: 2, lua: STAGE_TABLE });
  client.defineCommand('davitStageTags', { numberOfKeys: 2, lua: STAGE_TAGS });
  client.defineCommand('davitCommit', { numberOfKeys: 6, lua: COMMIT });
  client.defineCommand('davitReplace', { numberOfKeys: 4, lua: REPLACE });
  client.defineCommand('davitComplete', { numberOfKeys: 1, lua: COMPLETE });
  client.defineCommand('davitChangeOwners', { lua: CHANGE_OWNERS });
  client.defineCommand('davitChangeCatalog', { numberOfKeys: 3, lua: CHANGE_CATALOG });
  const commands = client as RedisClient & Commands;
  const stateOf = (name: string): string => keys.state(partitionOf(name));

  return {
    async seal(partition, token) {
      return readState(await commands.davitSeal(keys.state(partition), keys.contents(partition), token));
    },

    async readState(partition) {
      return readState(await commands.davitReadState(keys.state(partition), keys.contents(partition)));
    },

    stageTable: (kind, name, token, isFirst, parts) =>
      commands.davitStageTable(
        stateOf(name),
        keys.stagedTable(kind, name),
        token,
        isFirst ? 1 : 0,
        STAGED_LIFETIME_MS,
        ...parts,
      ),

    stageTags: (kind, name, token, isFirst, tags) =>
      commands.davitStageTags(
        stateOf(name),
        keys.stagedTags(kind, name),
        token,
        isFirst ? 1 : 0,
        STAGED_LIFETIME_MS,
        ...tags,
      ),

    async commit(kind, name, token, { digest, fieldCount, tagCount }) {
      const partition = partitionOf(name);
      const sequence = await commands.davitCommit(
        ...[stateOf(name), keys.digests(partition), keys.table(kind, name), keys.stagedTable(kind, name)],
        ...[keys.tags(kind, name), keys.stagedTags(kind, name)],
        ...[token, contentsField(kind, name), digest, fieldCount, tagCount, keys.changes, partition, name],
      );
      onCount(partition, 'sequence', sequence);
    },

    async replace(kind, name, token, digest, parts, tags) {
      const partition = partitionOf(name);
      const sequence = await commands.davitReplace(
        ...[stateOf(name), keys.digests(partition), keys.table(kind, name), keys.tags(kind, name)],
        ...[token, contentsField(kind, name), digest, keys.changes, partition, name],
        ...[parts.length, ...parts, ...tags],
      );
      onCount(partition, 'sequence', sequence);
    },

    async complete(partition, token) {
      onCount(
        partition,
        'sequence',
        await commands.davitComplete(keys.state(partition), token, keys.changes, partition),
      );
    },

    async changeOwners(change, partition, owners, token) {
      const sets = owners.map(({ imageId }) => keys.owners(imageId));
      const names = owners.map(({ name }) => name);
      const of = [1 + sets.length, keys.state(partition), ...sets, token, change, ...names];
      onCount(partition, 'owners', await commands.davitChangeOwners(...of));
    },

    async changeCatalog(kind, token, changes) {
      const sequence = await commands.davitChangeCatalog(
        keys.state(CATALOG),
        keys.catalogFacts,
        keys.catalogNames(kind),
        token,
        ...changes.flatMap(({ name, facts }) => [name, contentsField(kind, name), facts ?? '']),
      );
      onCount(CATALOG, 'sequence', sequence);
    },
  };
}

const readState = ([token, complete, sequence, owners, whole]: (string | null)[]): PartitionState => ({
  token: Number(token ?? 0),
  isComplete: complete === '1',
  sequence: Number(sequence ?? 0),
  owners: Number(owners ?? 0),
  isWhole: whole === '1',
});
