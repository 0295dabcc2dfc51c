/** A publication that comes while very much is written goes before all that waits. */
import { MemoryIndex } from '../../../app/store/memory-index';
import { createKeys, partitionOf } from '../../../app/store/redis/keys';
import { openMirror } from '../../../app/store/redis/open-mirror';
import { createDocument, parseRepository } from '../../redirects/documents';
import { startRedis } from '../../support/redis';
import { until } from '../../support/until';
import { awaitConnection, connectTo, endLater } from './clients';
import { settingsOf } from './settings-of';

const COUNT = 1500;
const keys = createKeys('filling');

/** All in one partition, so that all wait at the same time. */
function listNames(): string[] {
  const names: string[] = [];
  for (let number = 0; names.length < COUNT; number++) {
    if (partitionOf(`n/${number}`) === partitionOf('n/0')) names.push(`n/${number}`);
  }
  return names;
}

it('is there long before the rest', async () => {
  const redis = await startRedis();
  endLater(() => redis.stop());
  const { client } = connectTo(redis.url);
  await awaitConnection(client);
  let done = 0;
  const memory = new MemoryIndex((name) => mirror.note(name));
  const mirror = openMirror(settingsOf(redis.url), {
    prefix: 'filling',
    source: memory,
    onStatus: (status) => (done = status.done ?? done),
  });
  endLater(() => mirror.close());
  const put = (name: string): Promise<void> =>
    memory.put({
      file: `/${name}.json`,
      modifiedMs: 1,
      repository: parseRepository(createDocument(3, { 'repo-registry-id': name })),
    });
  for (const name of listNames()) await put(name);
  mirror.start();
  await until('some are written', () => done > 0);
  await put('published/meanwhile');
  const field = '2:published/meanwhile';
  const digests = keys.digests(partitionOf('published/meanwhile'));
  let doneThen = 0;
  const isThere = async (): Promise<boolean> => {
    doneThen = done;
    return (await client.hexists(digests, field)) === 1;
  };
  await until('the publication is there', isThere);
  expect(doneThen).toBeLessThan(COUNT / 2);
  await mirror.settle();
  expect(await client.hlen(keys.digests(partitionOf('n/0')))).toBe(COUNT);
});
