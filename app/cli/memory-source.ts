/** An index of this process' own, read from the data directory; with [redis], it is offered to others too. */
import type { Config } from '../config/config';
import { Loader } from '../load/loader';
import type { Logger } from '../observe/logger';
import { MemoryIndex } from '../store/memory-index';
import type { RedisSettings } from '../store/redis/connect';
import type { IndexSource, IndexSourceOptions } from './index-source';
import { describeKnowledge } from './worker-knowledge';
import type { openRedisWriter as OpenRedisWriter, RedisWriter, RedisWriterOptions } from './redis-writer';

export interface MemorySourceOptions extends IndexSourceOptions {
  /** Where the index is offered to others; default: nowhere. */
  redis?: { settings: RedisSettings; openWriter: typeof OpenRedisWriter };
  /** See RedisWriterOptions. */
  progress?: RedisWriterOptions['progress'];
}

export function createMemorySource(
  { general, redis }: Config,
  logger: Logger,
  { onRefreshed, progress, redis: offer }: MemorySourceOptions,
): IndexSource {
  const index = new MemoryIndex((name) => writer?.note(name));
  const writer: RedisWriter | undefined = offer?.openWriter(offer.settings, {
    prefix: redis.prefix,
    source: index,
    isLoaded: () => loader.isLoaded,
    logger,
    progress,
  });
  const { dataDir, pollingIntervalMs } = general;
  const loader = new Loader({
    dataDir,
    rescanIntervalMs: pollingIntervalMs,
    index,
    logger,
    onRefreshed: () => {
      // What Redis is to hold is known when everything was read once.
      if (loader.isLoaded) writer?.start();
      onRefreshed?.();
    },
  });
  return {
    index,
    loader,
    redis: writer && {
      get status() {
        return { reading: undefined, writing: writer.status };
      },
    },
    start: () => loader.start(),
    get knowledge() {
      return describeKnowledge(loader.status);
    },
    get isHindered() {
      return loader.status.directory.state !== 'ok';
    },
    describe: () => {
      const { directory, fileCount, problems } = loader.status;
      return { directory: directory.state, redirectFiles: fileCount, problems: problems.length };
    },
    reload: () => {
      writer?.acceptEmpty();
      void loader.acceptDirectory();
    },
    close: async () => {
      await loader.close();
      await writer?.close();
    },
  };
}
