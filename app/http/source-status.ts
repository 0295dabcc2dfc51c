/** How what a front answers from is doing, for those who operate it. Pure data. */
import type { LoadStatus } from '../load/load-status';
import type { Measures } from '../observe/metrics';
import type { RedisStatus } from '../store/redis/redis-status';

export interface SourceStatus {
  /** Answers are true: what is not known does not exist. */
  isReady: boolean;
  /** Undefined: this process reads no data directory. */
  load: LoadStatus | undefined;
  /** Undefined: no Redis is configured. */
  redis: RedisStatus | undefined;
}

export function describeSource(load: LoadStatus | undefined, redis: RedisStatus | undefined): SourceStatus {
  const isReady = (load?.isLoaded ?? true) && (redis?.reading === undefined || redis.reading.state === 'ok');
  return { isReady, load, redis };
}

export const measureSource = ({ isReady, load, redis }: SourceStatus): Measures => ({
  redirectFiles: load?.fileCount,
  problems: load?.problems.length,
  isReady,
  directoryState: load?.directory.state,
  lastRefreshAt: load?.lastRefresh && load.lastRefresh.at.getTime() / 1000,
  lastRefreshSeconds: load?.lastRefresh && load.lastRefresh.durationMs / 1000,
  redisReading: redis?.reading?.state,
  redisWriting: redis?.writing?.state,
  keptAnswers: redis?.reading?.keptAnswers,
});
