/** Many v1 repositories that are published at once to a cluster: their owners are on all its nodes. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { startRedisCluster, type RedisCluster } from '../../support/redis-cluster';
import { createDocument, imageId, parseRepository } from '../../redirects/documents';
import { settingsOf } from './settings-of';
import { openPair, type Pair } from './whole-index';

let cluster: RedisCluster;
let pair: Pair;
beforeAll(async () => {
  cluster = await startRedisCluster();
  pair = await openPair(settingsOf(cluster.url), { prefix: 'images' });
});
afterAll(async () => {
  await pair.close();
  await cluster.stop();
});

it('are all found, and nothing fails on the way', async () => {
  const numbers = Array.from({ length: 200 }, (_, number) => number);
  for (const number of numbers) {
    const images = [{ id: imageId(number) }, { id: imageId(number + 1) }];
    const document = createDocument(1, { 'repo-registry-id': `demo/${number}`, images, tags: {} });
    await pair.memory.put({ file: `/${number}.json`, modifiedMs: 1, repository: parseRepository(document) });
    // The lease is renewed meanwhile: elsewhere another thread reads files.
    await nextTurn();
  }
  await pair.mirror.settle();
  const owners = await Promise.all(
    numbers.slice(1).map(async (number) => {
      const names: string[] = [];
      for await (const { name } of pair.index.findImage(imageId(number))) names.push(name);
      return names.sort();
    }),
  );

  expect(owners).toEqual(numbers.slice(1).map((number) => [`demo/${number - 1}`, `demo/${number}`].sort()));
  expect(pair.states).not.toContain('faulty');
});
