/**
 * A master of a Redis cluster is killed, with requests running. With a replica: that one takes over, also one that has not heard of the
 * last publications. Without one: what is on the others is answered, and the rest is unknown until the master is back and filled.
 */
import { createKeys, partitionOf } from '../../app/store/redis/keys';
import type { Davit } from '../support/davit';
import { request } from '../support/http';
import type { RedisServer } from '../support/redis';
import { startRedisCluster, type RedisCluster } from '../support/redis-cluster';
import { createTemporaryDirectory } from '../support/temporary-directory';
import { until } from '../support/until';
import { cutOff } from './cut-off-replica';
import { startFront, startSteadyRequests, startWriter, writes, wrongWhileAway, wrongWhileLost } from './redis-programs';
import { NAMES, Site } from './site';
import type { SteadyRequests } from './steady-requests';

jest.setTimeout(240_000);

/** With a node timeout of two seconds. */
const SEEN_AGAIN = { timeoutMs: 60_000 };
/** A node that fails takes nothing but its own slots with it. */
const PARTIAL = ['--cluster-require-full-coverage', 'no'];

/** Times that every name is asked for while the master is away: for some seconds. */
const ROUNDS = 25;

const keys = createKeys('davit');
let cluster: RedisCluster | undefined;

afterEach(async () => {
  await cluster?.stop();
  cluster = undefined;
});

interface Setup {
  redis: RedisCluster;
  site: Site;
  writer: Davit;
  stream: SteadyRequests;
}

async function start({ hasReplica }: { hasReplica: boolean }): Promise<Setup> {
  const redis = (cluster = await startRedisCluster({ hasReplica, args: PARTIAL }));
  const site = new Site(createTemporaryDirectory());
  const writer = await startWriter(redis.url, site.dataDir);
  await writes(writer, 'current');
  const stream = startSteadyRequests(await startFront(redis.url), site.published);
  await stream.untilLatest();
  return { redis, site, writer, stream };
}

const publishAll = (site: Site): void => NAMES.forEach((name) => site.publish(name));

/** Which of the names are kept there. */
async function listNamesOn(server: RedisServer): Promise<string[]> {
  const isThere = async (name: string): Promise<boolean> =>
    server.run('EXISTS', keys.table('2', name)).then(
      (count) => count === '1',
      () => false,
    );
  const found = await Promise.all(NAMES.map(async (name) => ({ name, isThere: await isThere(name) })));
  return found.filter((one) => one.isThere).map(({ name }) => name);
}

const readDigest = (server: RedisServer, name: string): Promise<string> =>
  server.run('HGET', keys.digests(partitionOf(name)), `2:${name}`);

describe('with a replica, that takes over', () => {
  it('what is published is seen again', async () => {
    const { redis, site, writer, stream } = await start({ hasReplica: true });
    await redis.masters[0].kill();
    publishAll(site);
    await stream.untilLatest(SEEN_AGAIN.timeoutMs);
    await writes(writer, 'current');
    await stream.more(150);
    expect(wrongWhileLost(stream)).toEqual([]);
  });

  it('and has missed the last publications: they are written again', async () => {
    const { redis, site, stream } = await start({ hasReplica: true });
    const replica = redis.replica as RedisServer;
    const [master] = redis.masters;
    const [name = ''] = await listNamesOn(master);
    expect(name).not.toBe('');
    await cutOff(replica);
    publishAll(site);
    await stream.untilLatest();
    const lost = await readDigest(master, name);
    await master.kill();
    const isWritten = async (): Promise<boolean> => (await readDigest(replica, name).catch(() => '')) === lost;
    await until('what was lost is written', isWritten, SEEN_AGAIN);
    await stream.untilLatest(SEEN_AGAIN.timeoutMs);
    await stream.more(150);
    expect(wrongWhileLost(stream)).toEqual([]);
  });
});

it('without one: only what was there is unknown, until the master is back, empty, and filled again', async () => {
  const { redis, site, writer, stream } = await start({ hasReplica: false });
  const [, lost] = redis.masters;
  const gone = await listNamesOn(lost);
  expect(gone.length).toBeGreaterThan(0);
  expect(gone.length).toBeLessThan(NAMES.length);
  // It keeps nothing: what it answers, it has asked for.
  const asking = await startFront(redis.url, { cache_entries: 0 });
  await lost.kill();
  await writes(writer, 'faulty');
  const listTags = async (name: string): Promise<number> =>
    (await request(asking.url, { path: `/v2/${name}/tags/list` })).status;
  await until('it is noticed', async () => (await listTags(gone[0] ?? '')) === 503);
  for (const name of Array<string[]>(ROUNDS).fill(NAMES).flat()) {
    const expected = gone.includes(name) ? 503 : 200;
    expect({ name, status: await listTags(name) }).toEqual({ name, status: expected });
    await stream.more(3);
  }
  await lost.restart();
  await writes(writer, 'current', SEEN_AGAIN.timeoutMs);
  publishAll(site);
  await stream.untilLatest();
  // A front that has asked for nothing else is connected again in its own time.
  for (const name of NAMES) await until(`${name} is known again`, async () => (await listTags(name)) === 200);
  expect(wrongWhileAway(stream)).toEqual([]);
});
