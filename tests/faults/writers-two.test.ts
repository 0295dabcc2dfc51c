/** Several writers of one index, with requests running: one writes at a time, whatever becomes of it, and nothing old comes back. */
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { LEASE_MS } from '../../app/store/redis/lease';
import type { Davit } from '../support/davit';
import { request } from '../support/http';
import { startRedis, type RedisServer } from '../support/redis';
import { ownTimeOf } from '../support/own-time';
import { createTemporaryDirectory } from '../support/temporary-directory';
import { until } from '../support/until';
import {
  ANOTHER_WRITER,
  readWriting,
  reasonsOf,
  startFront,
  startSteadyRequests,
  startWriter,
  startWritingFront,
  writes,
} from './redis-programs';
import { SEEN_MS, timeUntilSeen } from './seen-in-time';
import { NAMES, Site } from './site';
import type { SteadyRequests } from './steady-requests';

jest.setTimeout(180_000);

/** Of a writer that says nothing more: its lease, and the next attempt of another one. */
const TAKEN_OVER_MS = 10_000;

let redis: RedisServer;

beforeEach(async () => {
  redis = await startRedis();
});

afterEach(() => redis.stop());

interface Setup {
  site: Site;
  first: Davit;
  front: Davit;
  stream: SteadyRequests;
}

async function start(): Promise<Setup> {
  const site = new Site(join(createTemporaryDirectory(), 'data'));
  const first = await startWriter(redis.url, site.dataDir);
  await writes(first, 'current');
  const front = await startFront(redis.url);
  const stream = startSteadyRequests(front, site.published);
  await stream.untilLatest();
  return { site, first, front, stream };
}

const publishAll = (site: Site): void => NAMES.forEach((name) => site.publish(name));

/** In a directory of its own, as on a machine to which publications come later. */
function copySite({ dataDir }: Site): string {
  const copy = join(createTemporaryDirectory(), 'copy');
  cpSync(dataDir, copy, { recursive: true });
  return copy;
}

it('a writer that was stopped for longer than its lease, with older publications to write, is refused', async () => {
  const { site, first, stream } = await start();
  const later = copySite(site);
  const second = await startWriter(redis.url, later);
  await writes(second, 'waiting');

  first.signal('SIGSTOP');
  // What the one that was stopped finds when it wakes up: replaced by what follows.
  publishAll(site);
  site.dataDir = later;
  publishAll(site);
  expect(await ownTimeOf(() => writes(second, 'current'))).toBeLessThan(TAKEN_OVER_MS);
  await stream.untilLatest();
  expect(await timeUntilSeen([stream], () => publishAll(site))).toBeLessThan(SEEN_MS);

  first.signal('SIGCONT');
  await writes(first, 'waiting');
  // One that was stopped for very long finds a question of before that was never answered in time.
  await until('it has noticed', () => reasonsOf(first).length > 0);
  expect(reasonsOf(first)[0]).toMatch(new RegExp(`${ANOTHER_WRITER.source}|does not answer in time|connection to`));
  await stream.more(200);
  expect(await timeUntilSeen([stream], () => publishAll(site))).toBeLessThan(SEEN_MS);
  expect((await readWriting(second)).state).toBe('current');
  expect(await stream.stop()).toEqual([]);
});

it('a writer that is asked to end leaves the lease to another one', async () => {
  const { site, first, stream } = await start();
  const second = await startWriter(redis.url, site.dataDir);
  await writes(second, 'waiting');
  await first.stop();
  expect(await ownTimeOf(() => writes(second, 'current'))).toBeLessThan(2000);
  expect(await timeUntilSeen([stream], () => publishAll(site))).toBeLessThan(SEEN_MS);
  expect(await stream.stop()).toEqual([]);
});

it('of several fronts that could write, one does; when it is killed, another one takes over', async () => {
  const site = new Site(join(createTemporaryDirectory(), 'data'));
  const fronts = await Promise.all([1, 2, 3].map(() => startWritingFront(redis.url, site.dataDir)));
  const statesOf = async (davits: Davit[]): Promise<string[]> =>
    (await Promise.all(davits.map(async (davit) => (await readWriting(davit)).state))).sort();
  const isShared = async (): Promise<boolean> => (await statesOf(fronts)).join() === 'current,waiting,waiting';
  await until('one writes, and the others wait', isShared);
  const reader = await startFront(redis.url);
  const find = async (state: string): Promise<Davit> => {
    for (const front of fronts) if ((await readWriting(front)).state === state) return front;
    throw new Error(`no front is ${state}`);
  };
  const writing = await find('current');
  const others = fronts.filter((front) => front !== writing);
  const streams = [...others, reader].map((front) => startSteadyRequests(front, site.published, 2));
  expect(await timeUntilSeen(streams, () => publishAll(site))).toBeLessThan(SEEN_MS);

  const killedAt = performance.now();
  writing.signal('SIGKILL');
  publishAll(site);
  const takesOver = async (): Promise<boolean> => (await statesOf(others)).join() === 'current,waiting';
  const isTakenOver = (): Promise<number> => until('another one writes', takesOver, { timeoutMs: 60_000 });
  expect(await ownTimeOf(isTakenOver)).toBeLessThan(TAKEN_OVER_MS);
  // Not before the lease was over, which is renewed each second.
  expect(performance.now() - killedAt).toBeGreaterThan(LEASE_MS / 2);
  for (const stream of streams) await stream.untilLatest();
  expect(await timeUntilSeen(streams, () => publishAll(site))).toBeLessThan(SEEN_MS);
  for (const stream of streams) expect(await stream.stop()).toEqual([]);
});

it('a writer whose directory is emptied keeps Redis as it is, and what is published then is seen', async () => {
  const { site, first, stream } = await start();
  site.removeAll(first);
  await until('it is noticed', async () => {
    const { body } = await request(first.url, { path: '/readyz' });
    return body.toString().includes('"state":"emptied"');
  });
  await stream.more(200);
  for (const name of NAMES) {
    expect(await timeUntilSeen([stream], () => site.publish(name))).toBeLessThan(SEEN_MS);
  }
  expect(await stream.stop()).toEqual([]);
});

it('a writer that finds nothing to publish changes nothing, and does not keep another one from writing', async () => {
  const { site, first, stream } = await start();
  const empty = join(createTemporaryDirectory(), 'unmounted');
  mkdirSync(empty);
  await first.stop();
  const second = await startWriter(redis.url, empty);
  await until('it refuses', () => reasonsOf(second).some((reason) => reason.includes('which stay')));
  await stream.more(200);
  const third = await startWriter(redis.url, site.dataDir);
  await writes(third, 'current');
  expect(await timeUntilSeen([stream], () => publishAll(site))).toBeLessThan(SEEN_MS);
  await third.stop();
  await stream.more(200);
  expect(await stream.stop()).toEqual([]);
});

it('nothing to publish, and the operator says that this is right', async () => {
  const { first, front, stream } = await start();
  const empty = join(createTemporaryDirectory(), 'empty');
  mkdirSync(empty);
  await first.stop();
  const second = await startWriter(redis.url, empty);
  await until('it refuses', () => reasonsOf(second).some((reason) => reason.includes('which stay')));
  await stream.more(150);
  expect(await stream.stop()).toEqual([]);
  second.signal('SIGHUP');
  const isEmpty = async (): Promise<boolean> =>
    (await request(front.url, { path: '/v2/_catalog' })).body.toString() === '{"repositories":[]}' &&
    (await request(front.url, { path: `/v2/${NAMES[0]}/tags/list` })).status === 404;
  await until('nothing is there any more', isEmpty, { timeoutMs: 60_000 });
});
