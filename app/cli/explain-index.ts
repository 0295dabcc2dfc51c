/** The index that `davit explain` asks: the one that `davit serve` would answer from, with the same configuration. */
import type { Config } from '../config/config';
import { loadOnce } from '../load/load-once';
import type { Logger } from '../observe/logger';
import { MemoryIndex } from '../store/memory-index';
import type { RepositoryIndex } from '../store/repository-index';
import type { RedisSettings } from '../store/redis/connect';
import type { Io } from './io';
import { readRedisSettings } from './redis-settings';

export interface ExplainedIndex {
  index: RepositoryIndex;
  isLoaded: boolean;
  close: () => Promise<void>;
}

/** What is wrong with the data directory, or with Redis, is told; mistakes are those of the configuration. */
export async function openExplainedIndex(config: Config, io: Io): Promise<ExplainedIndex | { mistakes: string[] }> {
  const { redis, general } = config;
  if (!redis.address || general.isDataDirSet) return readDirectory(general.dataDir, io);
  const found = readRedisSettings(redis);
  return 'mistakes' in found ? found : askRedis(config, found.settings as RedisSettings, io);
}

async function readDirectory(dataDir: string, io: Io): Promise<ExplainedIndex> {
  const index = new MemoryIndex();
  const { directory, problems, isLoaded } = await loadOnce(dataDir, index);
  if (directory.state !== 'ok') io.complain(`davit: ${dataDir}: ${directory.reason}`);
  if (problems.length > 0)
    io.complain(`davit: ${problems.length} problems with redirect files; "davit check" lists them`);
  return { index, isLoaded, close: () => Promise.resolve() };
}

async function askRedis(config: Config, settings: RedisSettings, io: Io): Promise<ExplainedIndex> {
  const { createRedisSource } = await import('./redis-source.js');
  const source = createRedisSource(config, settings, SILENT, {});
  await source.start();
  const reading = source.redis?.status.reading;
  if (reading && reading.state !== 'ok') io.complain(`davit: Redis is ${reading.state}: ${reading.reason}`);
  return { index: source.index, isLoaded: source.knowledge.isLoaded, close: source.close };
}

/** What would be logged is told once, above. */
const SILENT: Logger = {
  error: () => undefined,
  warn: () => undefined,
  info: () => undefined,
  debug: () => undefined,
};
