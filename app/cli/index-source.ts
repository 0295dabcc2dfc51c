/** Where a serving process has its index from, and what keeps it current. */
import type { Loader } from '../load/loader';
import type { RepositoryIndex } from '../store/repository-index';
import type { RedisStatus } from '../store/redis/redis-status';
import type { WorkerKnowledge } from './worker-knowledge';

/** What was loaded, for the line that says what was started; plain data. */
export type Loaded = Record<string, string | number>;

export interface IndexSource {
  index: RepositoryIndex;
  /** Undefined: this process reads no data directory. */
  loader: Loader | undefined;
  /** Undefined: no Redis is configured. */
  redis: { readonly status: RedisStatus } | undefined;
  /** Resolves after the first attempt to learn the truth, whatever came of it. */
  start: () => Promise<void>;
  /** What a worker can answer from. */
  readonly knowledge: WorkerKnowledge;
  /** It cannot be loaded now, and waiting does not help. */
  readonly isHindered: boolean;
  describe: () => Loaded;
  /** The operator's word. */
  reload: () => void;
  close: () => Promise<void>;
}

export interface IndexSourceOptions {
  /** What is known may have changed. */
  onRefreshed?: () => void;
}
