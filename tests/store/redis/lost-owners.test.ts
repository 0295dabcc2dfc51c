/**
 * Owners of v1 images that somebody took away or wrote over: they are noted again, and nothing else is written. Readers cannot know that one
 * is missing, so an image may be without it until then.
 */
import { createKeys, partitionOf } from '../../../app/store/redis/keys';
import { createDocument, imageId, parseRepository } from '../../redirects/documents';
import { runRedisCli, startRedis, type RedisServer } from '../../support/redis';
import { startRedisCluster, type RedisCluster } from '../../support/redis-cluster';
import { until } from '../../support/until';
import { settingsOf } from './settings-of';
import { openPair, type Pair } from './whole-index';

const PREFIX = 'owners';
const keys = createKeys(PREFIX);
/** More than the writer looks at in a second. */
const MANY = 1500;
const LAST = imageId(MANY - 1);

describe.each([
  ['one server', startRedis],
  ['a cluster', startRedisCluster],
])('in %s', (_title, start) => {
  let place: RedisServer | RedisCluster;
  let pair: Pair;
  beforeAll(async () => {
    place = await start();
    pair = await openPair(settingsOf(place.url), { prefix: PREFIX });
    await put('demo/many', ...Array.from({ length: MANY }, (_, number) => imageId(number)));
    await put('demo/other', LAST, imageId(3));
  });
  afterAll(async () => {
    await pair.close();
    await place.stop();
  });

  const put = async (name: string, ...ids: string[]): Promise<void> => {
    const document = createDocument(1, { 'repo-registry-id': name, images: ids.map((id) => ({ id })), tags: {} });
    await pair.index.put({ file: `/${name}.json`, modifiedMs: 1, repository: parseRepository(document) });
  };
  const ownersOf = async (id: string): Promise<string[]> => {
    const names: string[] = [];
    for await (const { name } of pair.index.findImage(id)) names.push(name);
    return names.sort();
  };
  /** -c: in a cluster, the node that has the key is asked. */
  const run = (...command: string[]): Promise<string> => {
    const { port } = 'masters' in place ? place.masters[0] : place;
    return runRedisCli(['-c', '-p', String(port), ...command]);
  };
  const sequenceOf = (name: string): Promise<string> => run('HGET', keys.state(partitionOf(name)), 'sequence');

  it.each([
    ['all owners of the last image', LAST, ['DEL', keys.owners(LAST)]],
    ['one of two', LAST, ['SREM', keys.owners(LAST), 'demo/many']],
    ['owners of an image that two have, overwritten', imageId(3), ['SET', keys.owners(imageId(3)), 'something else']],
  ])('%s', async (_what, id, command) => {
    const before = await sequenceOf('demo/many');
    expect(await ownersOf(id)).toEqual(['demo/many', 'demo/other']);
    await run(...command);
    const areBack = async (): Promise<boolean> =>
      (await run('TYPE', keys.owners(id))) === 'set' && (await run('SCARD', keys.owners(id))) === '2';
    await until('owners are back', areBack);
    expect(await ownersOf(id)).toEqual(['demo/many', 'demo/other']);
    expect(await sequenceOf('demo/many')).toBe(before);
    expect(pair.states.at(-1)).toBe('current');
  });

  it('owners of what is published no more do not come back', async () => {
    await put('demo/other', imageId(3));
    expect(await ownersOf(LAST)).toEqual(['demo/many']);
    await run('DEL', keys.owners(LAST));
    await until('owners are back', async () => (await run('EXISTS', keys.owners(LAST))) === '1');
    expect(await run('SMEMBERS', keys.owners(LAST))).toBe('demo/many');
  });

  it('an owner too many costs nothing but its bytes', async () => {
    await run('SADD', keys.owners(imageId(5)), 'demo/other', 'demo/never');
    expect(await ownersOf(imageId(5))).toEqual(['demo/many']);
  });
});
