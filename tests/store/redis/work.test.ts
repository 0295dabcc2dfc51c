/**
 * What lookups and publications cost Redis, as it counts them itself: commands and bytes, which are the same on every machine.
 * A repository of 500,000 references costs what one of three does.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { FormRepository, Repository } from '../../../app/redirects/repository';
import { startRedis, type RedisServer } from '../../support/redis';
import { createDocument, digest, imageId, parseRepository } from '../../redirects/documents';
import { parseRedirectFile } from '../../../app/redirects/parse-redirect-file';
import { MemoryIndex } from '../../../app/store/memory-index';
import { ALL_PARTITIONS, createKeys } from '../../../app/store/redis/keys';
import { LookupCache } from '../../../app/store/redis/lookup-cache';
import { LookupGate } from '../../../app/store/redis/lookup-gate';
import { openMirror } from '../../../app/store/redis/open-mirror';
import { createReadScripts } from '../../../app/store/redis/read-scripts';
import { RedisIndex } from '../../../app/store/redis/redis-index';
import { awaitConnection, connectTo } from './clients';
import { PATIENT_MS } from './patient';
import { settingsOf } from './settings-of';
import { openPair, type Pair } from './whole-index';

const LARGE = 500_000;
let redis: RedisServer;
let pair: Pair;
beforeAll(async () => {
  // First, as it takes seconds in which no lease is renewed: elsewhere another thread does it.
  const large = parseLarge();
  redis = await startRedis();
  pair = await openPair(settingsOf(redis.url), { prefix: 'work' });
  await publish(parseSmall(3));
  await publish(large);
  // Loads the scripts.
  await pair.index.find('small', 'latest');
  await pair.index.findTags('small', { after: undefined, most: 10 });
}, 120_000);
afterAll(async () => {
  await pair.close();
  await redis.stop();
});

function parse(name: string, count: number): Repository {
  const references = ['latest', ...Array.from({ length: count - 1 }, (_, number) => digest(number))];
  const document = createDocument(3, { 'repo-registry-id': name, schema2_data: references });
  // Not compared with the other way to read a file, which takes a minute here.
  const parsed = parseRedirectFile(JSON.stringify(document), `/${name}.json`);
  if (parsed.kind === 'refused') throw new Error(JSON.stringify(parsed.problems));
  return parsed.repository;
}

const parseLarge = (): Repository => parse('large', LARGE);
const parseSmall = (count: number): Repository => parse('small', count);

const publish = async (repository: Repository): Promise<void> =>
  pair.index.put({ file: `/${repository.name}.json`, modifiedMs: 1, repository });

/** Numbers of INFO commandstats, of what clients sent and what scripts did. */
async function readCalls(): Promise<Map<string, number>> {
  const text = await redis.run('INFO', 'commandstats');
  return new Map(
    [...text.matchAll(/cmdstat_([^:]+):calls=(\d+)/g)].map(([, name, calls]) => [name as string, Number(calls)]),
  );
}

async function countCalls(work: () => Promise<unknown>): Promise<Record<string, number>> {
  const before = await readCalls();
  await work();
  const after = await readCalls();
  return Object.fromEntries(
    [...after]
      .map(([name, calls]) => [name, calls - (before.get(name) ?? 0)] as const)
      .filter(([, calls]) => calls > 0),
  );
}

/** On a connection of its own, on which nothing travels but what it asks. */
async function openAlone(): Promise<{ index: RedisIndex; bytesRead: () => number }> {
  const client = connectTo(redis.url).client as Redis;
  await awaitConnection(client);
  const gate = new LookupGate({ client, timeoutMs: PATIENT_MS, onFault: () => undefined });
  const scripts = createReadScripts(client, createKeys('work'));
  const { stream } = client;
  return {
    index: new RedisIndex({ scripts, cache: new LookupCache(0), gate }),
    bytesRead: () => stream.bytesRead,
  };
}

const WRITES = ['hset', 'hdel', 'zadd', 'zrem', 'sadd', 'srem', 'rename', 'publish'];
const countWrites = async (work: () => Promise<unknown>): Promise<Record<string, number>> =>
  Object.fromEntries(Object.entries(await countCalls(work)).filter(([name]) => WRITES.includes(name)));

/** Of the reader, in words of Redis' log of slow commands, which here are all: what the writer asks meanwhile does not count. */
async function listAsked(work: () => Promise<unknown>): Promise<string[]> {
  await redis.run('CONFIG', 'SET', 'slowlog-max-len', '10000', 'slowlog-log-slower-than', '0');
  await redis.run('SLOWLOG', 'RESET');
  await work();
  await redis.run('CONFIG', 'SET', 'slowlog-log-slower-than', '-1');
  const log = JSON.parse(await redis.run('--json', 'SLOWLOG', 'GET', '10000')) as SlowCommand[];
  return log.filter(([, , , , , client]) => client === 'davit').map(([, , , [command = '']]) => command);
}

type SlowCommand = [id: number, time: number, microseconds: number, words: string[], address: string, client: string];

it.each(['small', 'large', 'unknown'])('a lookup is one command, in a repository that is %s', async (name) => {
  const lookups = 20;
  const asked = await listAsked(async () => {
    for (let number = 0; number < lookups; number++) await pair.index.find(name, digest(number));
  });

  // All else is of the script, or of the looks at all partitions.
  expect(asked.filter((command) => command === 'evalsha')).toHaveLength(lookups);
  expect(asked).not.toContain('eval');
  expect(asked.join(' ').toLowerCase()).not.toContain('hgetall');
});

it('a lookup in a large repository brings as many bytes as in a small one', async () => {
  const { index, bytesRead } = await openAlone();
  const measure = async (name: string): Promise<number> => {
    await index.find(name, digest(2));
    const before = bytesRead();
    for (let number = 0; number < 200; number++) await index.find(name, digest(1));
    return bytesRead() - before;
  };
  const [small, large] = [await measure('small'), await measure('large')];

  expect(small).toBeGreaterThan(0);
  expect(large).toBeLessThan(2 * small);
});

it('what is published again without a change is not written', async () => {
  const again = parseSmall(3);
  const writes = await countWrites(() => publish(again));

  expect(writes).toEqual({});
});

it('a publication writes its own repository only', async () => {
  const writes = await countWrites(() => publish(parseSmall(4)));

  // The table and its tags, the digest, the catalog, and twice who made the change; word of it once.
  expect(writes).toMatchObject({ publish: 1 });
  expect(writes['hset']).toBeLessThanOrEqual(5);
  expect(writes['zadd']).toBeLessThanOrEqual(2);
});

it('publications that come together change the catalog together', async () => {
  const count = 200;
  const repositories: Repository[] = [];
  for (let number = 0; number < count; number++) {
    repositories.push(parse(`together/${number}`, 3));
    await nextTurn();
  }
  const calls = await countCalls(async () => {
    for (const repository of repositories) {
      await pair.memory.put({ file: `/${repository.name}.json`, modifiedMs: 1, repository });
    }
    await pair.mirror.settle();
  });

  expect(calls['publish']).toBe(count);
  // What is held, and the sequence: of each repository's partition, and of the catalog, whose changes are few.
  expect(calls['hincrby']).toBeLessThan(1.3 * 2 * count);
  const listed = (await pair.index.listRegistries('together/', count)).map(({ name }) => name);
  expect(listed).toEqual(repositories.map(({ name }) => name).sort());
});

it('a writer that starts again notes owners of images in few scripts, and writes nothing else', async () => {
  const memory = new MemoryIndex();
  for (let number = 0; number < 200; number++) {
    const images = Array.from({ length: 20 }, (_, image) => ({ id: imageId(20 * number + image) }));
    const document = createDocument(1, { 'repo-registry-id': `images/${number}`, images, tags: {} });
    await memory.put({ file: `/images/${number}`, modifiedMs: 1, repository: parseRepository(document) });
    // The lease of the other index is renewed meanwhile.
    await nextTurn();
  }
  const keepOnce = async (): Promise<void> => {
    const mirror = openMirror(settingsOf(redis.url), { prefix: 'again', source: memory, onStatus: () => undefined });
    mirror.start();
    await mirror.settle();
    await mirror.close();
  };
  await keepOnce();
  const calls = await countCalls(keepOnce);

  // Seals, and a script for the owners of each partition, which counts.
  expect(calls).toMatchObject({ sadd: 4000, hset: ALL_PARTITIONS.length });
  expect(calls['hincrby']).toBeLessThan(1.3 * ALL_PARTITIONS.length);
  expect(calls['zadd'] ?? calls['publish']).toBeUndefined();
}, 120_000);

it('every reference of the large repository is found, and no other', async () => {
  const { references } = (await pair.index.find('large')).registry as FormRepository;

  expect(references).toEqual({ tagCount: 1, isEmpty: false });
  for (const number of [0, 1, 250_000, LARGE - 2]) {
    expect((await pair.index.find('large', digest(number))).published).toMatchObject({ forms: 2 });
  }
  expect((await pair.index.find('large', digest(LARGE))).published).toBeUndefined();
});

// One of them is written in one step, the other one is staged.
it('a reader sees all of one version or all of another', async () => {
  const versions = [
    ['even', ...Array.from({ length: 600 }, (_, number) => `e${number}`)],
    ['odd', ...Array.from({ length: 2400 }, (_, number) => `o${number}`)],
  ] as const;
  const publishVersion = async (version: number): Promise<void> => {
    const document = createDocument(3, { 'repo-registry-id': 'swapped', schema2_data: versions[version] });
    await pair.index.put({ file: '/swapped.json', modifiedMs: 1, repository: parseRepository(document) });
  };
  await publishVersion(0);
  const seen = new Set<string>();
  let isPublishing = true;
  const read = async (): Promise<void> => {
    while (isPublishing) {
      const [{ registry, published }, { registry: listed, tags }] = await Promise.all([
        pair.index.find('swapped', 'even'),
        pair.index.findTags('swapped', { after: undefined, most: Infinity }),
      ]);
      seen.add(`found ${(registry as FormRepository).references.tagCount} ${published === undefined}`);
      seen.add(`listed ${(listed as FormRepository).references.tagCount} ${tags.length}`);
    }
  };
  const reading = read();
  for (let turn = 1; turn <= 20 || seen.size < 4; turn++) await publishVersion(turn % 2);
  isPublishing = false;
  await reading;

  expect(seen).toEqual(new Set(['found 601 false', 'found 2401 true', 'listed 601 601', 'listed 2401 2401']));
});
