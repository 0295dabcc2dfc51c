/** Several fronts of one index, with requests running: what is published is seen on all of them in time, also by one that missed word of it. */
import { startRedis, type RedisServer } from '../support/redis';
import { createTemporaryDirectory } from '../support/temporary-directory';
import { until } from '../support/until';
import { startFront, startSteadyRequests, startWriter, writes } from './redis-programs';
import { NAMES, Site } from './site';
import type { SteadyRequests } from './steady-requests';

const SEEN_MS = 1000;
const PUBLICATIONS = 50;
const CONNECTIONS = 2;

let redis: RedisServer;

beforeEach(async () => {
  redis = await startRedis();
});

afterEach(() => redis.stop());

async function start(): Promise<{ site: Site; streams: SteadyRequests[] }> {
  const site = new Site(createTemporaryDirectory());
  const writer = await startWriter(redis.url, site.dataDir);
  await writes(writer, 'current');
  const fronts = [await startFront(redis.url), await startFront(redis.url)];
  const streams = fronts.map((front) => startSteadyRequests(front, site.published, CONNECTIONS));
  await untilAll(streams);
  return { site, streams };
}

/** Until every front answers the last version of everything: the longest time of all. */
const untilAll = async (streams: SteadyRequests[]): Promise<number> =>
  Math.max(...(await Promise.all(streams.map((stream) => stream.untilLatest()))));

/** The longest time of all. */
async function publishMany(
  site: Site,
  streams: SteadyRequests[],
  before = async (): Promise<void> => {},
): Promise<number> {
  let longestMs = 0;
  for (let number = 0; number < PUBLICATIONS; number++) {
    await before();
    site.publish(NAMES[number % NAMES.length] ?? '');
    longestMs = Math.max(longestMs, await untilAll(streams));
  }
  return longestMs;
}

it('what is published is seen on every front within a second', async () => {
  const { site, streams } = await start();
  expect(await publishMany(site, streams)).toBeLessThan(SEEN_MS);
  for (const stream of streams) expect(await stream.stop()).toEqual([]);
}, 90_000);

it('a front that hears nothing of it, because its subscription was cut before, sees it as soon', async () => {
  const { site, streams } = await start();
  const isListening = async (): Promise<boolean> => {
    const [, count] = (await redis.run('PUBSUB', 'NUMSUB', 'davit:1:changes')).split('\n');
    return Number(count) === streams.length;
  };
  const cut = async (): Promise<void> => {
    await until('both fronts listen', isListening);
    await redis.run('CLIENT', 'KILL', 'TYPE', 'pubsub');
  };
  expect(await publishMany(site, streams, cut)).toBeLessThan(SEEN_MS);
  for (const stream of streams) expect(await stream.stop()).toEqual([]);
}, 90_000);
