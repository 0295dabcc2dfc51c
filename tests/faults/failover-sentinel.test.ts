/**
 * The sentinels make a replica the master, with requests running; also one that has not heard of the last publications. Whatever is
 * answered meanwhile was published once; what was lost is written again, and every front comes to answer it.
 */
import { createKeys, partitionOf } from '../../app/store/redis/keys';
import type { Davit } from '../support/davit';
import { ownTimeOf } from '../support/own-time';
import type { RedisServer } from '../support/redis';
import { startSentinel, type RedisSentinel } from '../support/redis-sentinel';
import { createTemporaryDirectory } from '../support/temporary-directory';
import { until } from '../support/until';
import { cutOff } from './cut-off-replica';
import { startFront, startSteadyRequests, startWriter, writes, wrongWhileLost } from './redis-programs';
import { NAMES, Site } from './site';
import type { SteadyRequests } from './steady-requests';

jest.setTimeout(240_000);

/** After the sentinels have agreed on the replica. */
const SEEN_AGAIN_MS = 10_000;

let sentinel: RedisSentinel | undefined;

afterEach(async () => {
  await sentinel?.stop();
  sentinel = undefined;
});

interface Setup {
  redis: RedisSentinel;
  site: Site;
  writer: Davit;
  stream: SteadyRequests;
}

async function start(): Promise<Setup> {
  const redis = (sentinel = await startSentinel({ sentinels: 3 }));
  const site = new Site(createTemporaryDirectory());
  const writer = await startWriter(redis.url, site.dataDir);
  const stream = startSteadyRequests(await startFront(redis.url), site.published);
  await stream.untilLatest();
  return { redis, site, writer, stream };
}

const publishAll = (site: Site): void => NAMES.forEach((name) => site.publish(name));

async function cutOffInStep({ master, replica }: RedisSentinel): Promise<void> {
  const digest = await readDigest(master);
  await until('the replica is in step', async () => (await readDigest(replica)) === digest);
  await cutOff(replica);
}

/** Of the last repository. */
async function readDigest(server: RedisServer): Promise<string> {
  const name = NAMES.at(-1) ?? '';
  return server.run('HGET', createKeys('davit').digests(partitionOf(name)), `2:${name}`);
}

describe.each([
  ['killed', (redis: RedisSentinel) => redis.killMaster()],
  ['asked to step down', (redis: RedisSentinel) => redis.failover()],
])('a master that is %s', (_how, failOver) => {
  it('is followed by its replica, and what is published is seen again', async () => {
    const { redis, site, writer, stream } = await start();
    await failOver(redis);
    publishAll(site);
    expect(await ownTimeOf(() => stream.untilLatest(60_000))).toBeLessThan(SEEN_AGAIN_MS);
    await writes(writer, 'current');
    await stream.more(150);
    expect(wrongWhileLost(stream)).toEqual([]);
  });

  it('is followed by a replica that has missed the last publications: they are written again', async () => {
    const { redis, site, stream } = await start();
    await cutOffInStep(redis);
    publishAll(site);
    publishAll(site);
    await stream.untilLatest();
    const [before, lost] = [await readDigest(redis.replica), await readDigest(redis.master)];
    expect(lost).not.toBe(before);
    await failOver(redis);
    await until('what was lost is written', async () => (await readDigest(redis.replica)) === lost, {
      timeoutMs: 60_000,
    });
    await stream.untilLatest(60_000);
    await stream.more(150);
    expect(wrongWhileLost(stream)).toEqual([]);
  });
});

it('as many changes after the failover as were lost by it: a front that saw none of that does not take the one for the other', async () => {
  const { redis, site, stream } = await start();
  const front = await startFront(redis.url);
  await cutOffInStep(redis);
  publishAll(site);
  const filling = startSteadyRequests(front, site.published);
  await filling.untilLatest();
  expect(await filling.stop()).toEqual([]);
  await stream.untilLatest();
  const [before, lost] = [await readDigest(redis.replica), await readDigest(redis.master)];
  expect(lost).not.toBe(before);

  front.signal('SIGSTOP');
  await redis.killMaster();
  publishAll(site);
  const isWritten = async (): Promise<boolean> => ![before, lost].includes(await readDigest(redis.replica));
  await until('what was published last is written', isWritten, { timeoutMs: 60_000 });
  front.signal('SIGCONT');
  const asking = startSteadyRequests(front, site.published);
  await asking.untilLatest(60_000);
  await stream.untilLatest(60_000);
  expect([...wrongWhileLost(asking), ...wrongWhileLost(stream)]).toEqual([]);
});
