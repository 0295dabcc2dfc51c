/** The index in Redis keeps the contract of every index, whatever way leads to Redis. */
import { Redis } from 'ioredis';
import { MemoryIndex } from '../../app/store/memory-index';
import { createKeys } from '../../app/store/redis/keys';
import { createLease } from '../../app/store/redis/lease';
import { LookupCache } from '../../app/store/redis/lookup-cache';
import { LookupGate } from '../../app/store/redis/lookup-gate';
import { Mirror } from '../../app/store/redis/mirror';
import { RedisIndex } from '../../app/store/redis/redis-index';
import { startRedis, type RedisServer } from '../support/redis';
import { describeIndex } from './index-contract';
import type { WholeIndex } from './tried-index';

let server: RedisServer;
const cleanups: (() => Promise<unknown>)[] = [];
beforeAll(async () => {
  server = await startRedis();
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});
afterAll(() => server.stop());

let number = 0;
async function create(): Promise<WholeIndex> {
  const client = new Redis(server.url, { enableAutoPipelining: true });
  const keys = createKeys(`test${number++}`);
  const cache = new LookupCache(0);
  const gate = new LookupGate({ client, timeoutMs: 2000, onOutcome: () => undefined });
  const index = new RedisIndex({ client, keys, cache, gate });
  const memory = new MemoryIndex((name) => mirror.note(name));
  const lease = createLease(client, keys, 'writer');
  const mirror = new Mirror({
    client,
    keys,
    lease,
    source: memory,
    onStatus: (s) => {
      if (s.fault) console.log(s);
    },
  });
  mirror.start();
  cleanups.push(async () => {
    await mirror.close();
    client.disconnect();
  });
  await mirror.settle();
  return {
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
  };
}

describeIndex('an index in Redis', create);
