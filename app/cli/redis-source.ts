/** An index in Redis, which somebody else keeps current: `davit index`, or a davit that has a data directory. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Config } from '../config/config';
import type { Logger } from '../observe/logger';
import { createSparingLog } from '../observe/sparing-logger';
import type { RedisSettings } from '../store/redis/connect';
import { describeRedisFault } from '../store/redis/describe-fault';
import { openRedisIndex } from '../store/redis/open-index';
import type { ReadingStatus } from '../store/redis/reading-health';
import type { IndexSource, IndexSourceOptions } from './index-source';
import { NO_KNOWLEDGE } from './worker-knowledge';

/** How long a start waits for what a Redis that is there says at once. */
const FIRST_ANSWER_MS = 2000;
const LOOK_EVERY_MS = 20;
/** Of faults of lookups: the first says what is wrong, /readyz the last. */
const FAULT_LINE_EVERY_MS = 60_000;

export function createRedisSource(
  { redis }: Config,
  settings: RedisSettings,
  logger: Logger,
  { onRefreshed }: IndexSourceOptions,
): IndexSource {
  const { prefix, lookupTimeoutMs, cacheEntries } = redis;
  const logFault = createSparingLog(logger, { level: 'warn', most: 1, windowMs: FAULT_LINE_EVERY_MS });
  const opened = openRedisIndex(settings, {
    prefix,
    lookupTimeoutMs,
    cacheEntries,
    onChange: (status) => {
      logReading(status, logger);
      onRefreshed?.();
    },
    onFault: (error) => logFault('lookup failed', { reason: describeRedisFault(error) }),
  });
  const isLoaded = (): boolean => opened.status.state === 'ok';
  return {
    index: opened.index,
    loader: undefined,
    redis: {
      get status() {
        return { reading: { ...opened.status, keptAnswers: opened.keptAnswers }, writing: undefined };
      },
    },
    start: async () => {
      const deadline = performance.now() + FIRST_ANSWER_MS;
      while (!isLoaded() && performance.now() < deadline) await delay(LOOK_EVERY_MS);
    },
    get knowledge() {
      return { ...NO_KNOWLEDGE, isLoaded: isLoaded() };
    },
    get isHindered() {
      return !isLoaded();
    },
    describe: () => ({ redis: opened.status.state }),
    reload: () => undefined,
    close: () => {
      opened.close();
      return Promise.resolve();
    },
  };
}

function logReading({ state, reason }: ReadingStatus, logger: Logger): void {
  if (state === 'ok') logger.info('the index in Redis can be read');
  else logger.warn('the index in Redis cannot be relied on; what is not kept is answered 503', { state, reason });
}
