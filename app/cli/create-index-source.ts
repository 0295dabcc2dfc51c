/** Chooses where a serving process has its index from: its data directory, which it may offer to others, or Redis. */
import type { Config } from '../config/config';
import type { Logger } from '../observe/logger';
import type { RedisSettings } from '../store/redis/connect';
import type { IndexSource, IndexSourceOptions } from './index-source';
import { createMemorySource } from './memory-source';

/** `settings`: of Redis; undefined: none is configured. */
export async function createIndexSource(
  config: Config,
  settings: RedisSettings | undefined,
  logger: Logger,
  options: IndexSourceOptions = {},
): Promise<IndexSource> {
  if (!settings) return createMemorySource(config, logger, options);
  // Only now: they bring a library that a process without Redis has no use for.
  if (config.general.isDataDirSet) {
    const { openRedisWriter } = await import('./redis-writer.js');
    return createMemorySource(config, logger, { ...options, redis: { settings, openWriter: openRedisWriter } });
  }
  const { createRedisSource } = await import('./redis-source.js');
  return createRedisSource(config, settings, logger, options);
}
