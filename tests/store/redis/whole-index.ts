/** An index that is written to a Redis and read from it, as by `davit index` on one machine and `davit serve` on another. */
import type { RedisSettings } from '../../../app/store/redis/connect';
import { MemoryIndex } from '../../../app/store/memory-index';
import { openRedisIndex, type OpenedIndex } from '../../../app/store/redis/open-index';
import { openMirror, type OpenedMirror } from '../../../app/store/redis/open-mirror';
import { until } from '../../support/until';
import type { WholeIndex } from '../tried-index';
import { PATIENT_MS } from './patient';

export interface Pair {
  index: WholeIndex;
  reading: OpenedIndex;
  memory: MemoryIndex;
  mirror: OpenedMirror;
  /** What the mirror said of itself, in its order. */
  states: string[];
  /** How many keys it has mended one by one, each time. */
  mended: number[];
  close: () => Promise<void>;
}

export interface PairOptions {
  prefix: string;
  /** Default: none, so that every answer is from Redis. */
  cacheEntries?: number;
  /** What is there when the writer starts. */
  files?: readonly Parameters<MemoryIndex['put']>[0][];
}

/** Resolves when the reader sees a complete index. */
export async function openPair(
  settings: RedisSettings,
  { prefix, cacheEntries = 0, files = [] }: PairOptions,
): Promise<Pair> {
  const states: string[] = [];
  const memory = new MemoryIndex((name) => mirror.note(name));
  const mended: number[] = [];
  const mirror = openMirror(settings, {
    prefix,
    source: memory,
    onStatus: ({ state }) => states.push(state),
    onLost: (count) => mended.push(count),
  });
  for (const file of files) await memory.put(file);
  mirror.start();
  await mirror.settle();
  const reading = openRedisIndex(settings, {
    prefix,
    cacheEntries,
    lookupTimeoutMs: PATIENT_MS,
    onChange: () => undefined,
    onFault: () => undefined,
  });
  await until('the reader sees a complete index', () => reading.status.state === 'ok');
  const { index } = reading;
  return {
    memory,
    mirror,
    reading,
    states,
    mended,
    index: {
      find: (name, reference) => index.find(name, reference),
      findTags: (name, range) => index.findTags(name, range),
      findImages: (name) => index.findImages(name),
      findImage: (imageId) => index.findImage(imageId),
      listRegistries: (after, most) => index.listRegistries(after, most),
      listImages: (after, most) => index.listImages(after, most),
      duplicates: () => memory.duplicates(),
      put: async (file) => {
        await memory.put(file);
        await mirror.settle();
      },
      remove: async (file) => {
        await memory.remove(file);
        await mirror.settle();
      },
    },
    close: async () => {
      reading.close();
      await mirror.close();
    },
  };
}
