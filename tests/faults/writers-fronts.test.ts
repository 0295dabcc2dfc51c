/** Several fronts of one index, with requests running: what is published is seen on all of them in time, also by one that missed word of it. */
import { startRedis, type RedisServer } from '../support/redis';
import { ownTimeOf } from '../support/own-time';
import { createTemporaryDirectory } from '../support/temporary-directory';
import { until } from '../support/until';
import { startFront, startSteadyRequests, startWriter, writes } from './redis-programs';
import { SEEN_MS } from './seen-in-time';
import { NAMES, Site } from './site';
import type { SteadyRequests } from './steady-requests';

jest.setTimeout(240_000);

/** Of a publication that met a machine that stood still. */
const MOST_SEEN_MS = 10_000;
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

/** The time of each. */
async function publishMany(
  site: Site,
  streams: SteadyRequests[],
  before = async (): Promise<void> => {},
): Promise<number[]> {
  const times: number[] = [];
  for (let number = 0; number < PUBLICATIONS; number++) {
    await before();
    times.push(
      await ownTimeOf(() => {
        site.publish(NAMES[number % NAMES.length] ?? '');
        return untilAll(streams);
      }),
    );
  }
  return times.sort((a, b) => a - b);
}

/** All but a few that met a machine that was held up. */
function expectSeenInTime(times: number[]): void {
  expect(times[Math.floor(0.9 * times.length)]).toBeLessThan(SEEN_MS);
  expect(times.at(-1)).toBeLessThan(MOST_SEEN_MS);
}

it('what is published is seen on every front within a second', async () => {
  const { site, streams } = await start();
  expectSeenInTime(await publishMany(site, streams));
  for (const stream of streams) expect(await stream.stop()).toEqual([]);
});

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
  expectSeenInTime(await publishMany(site, streams, cut));
  for (const stream of streams) expect(await stream.stop()).toEqual([]);
});
