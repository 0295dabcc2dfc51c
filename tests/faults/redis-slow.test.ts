/**
 * Redis is there and does not answer: what a front keeps is answered as fast as ever; a lookup waits for half a second at most, and
 * soon no lookup waits any more; nothing that nobody waits for reaches Redis later; and it is over when Redis answers again.
 */
import { saidOf } from '../support/log-lines';
import { ownTimeOf } from '../support/own-time';
import type { RedisServer } from '../support/redis';
import { until } from '../support/until';
import {
  deploy,
  residentMb,
  startServer,
  stopStreams,
  untilLatest,
  untilReading,
  untilWriting,
} from './redis-deployment';
import { wrongWhileAway } from './redis-programs';
import { NAMES } from './site';

jest.setTimeout(240_000);

const SLEEP_S = 5;
/** When nothing is configured. */
const LOOKUP_TIMEOUT_MS = 500;
/** Between a timer and its answer, on a busy machine. */
const SLACK_MS = 250;
const AT_ONCE_MS = 0.8 * LOOKUP_TIMEOUT_MS;
/** Requests that are late because the machine stood still: those that were under way, a few times. */
const MOST_HELD_UP = 3 * 6;
/** That wait in vain, before Redis is taken to be stuck; and those that were under way then. If all waited, there would be 60. */
const MOST_IN_VAIN = 10 + 6 + MOST_HELD_UP;
const MOST_GROWTH_MB = 24;
const RECOVERY_MS = 2000;

it.each<[string, (server: RedisServer) => Promise<unknown>]>([
  ['busy', (server) => server.run('DEBUG', 'SLEEP', String(SLEEP_S))],
  [
    'frozen',
    async (server) => {
      server.pause();
      const startedAt = performance.now();
      await until('it was frozen long enough', () => performance.now() - startedAt > SLEEP_S * 1000);
      server.resume();
    },
  ],
])('%s for five seconds', async (_how, hold) => {
  const server = await startServer({ args: ['--enable-debug-command', 'yes'] });
  const { site, writer, fronts } = await deploy({ redis: { url: server.url }, isImpatient: true });
  const [front] = fronts;
  if (!front) throw new Error('there is a front');
  const { judge, stream } = front;
  await stream.more(400);
  judge.excuse('what is not kept');
  judge.answered = [];
  const before = { mb: residentMb(front), lookups: await countLookups(server) };
  const held = hold(server);
  await untilReading(front, 'unreachable');
  let growthMb = 0;
  const state = { isHeld: true };
  void held.finally(() => (state.isHeld = false));
  while (state.isHeld) {
    await stream.more(20);
    growthMb = Math.max(growthMb, residentMb(front) - before.mb);
  }
  await held;
  const lookups = (await countLookups(server)) - before.lookups;
  const answered = [...judge.answered];
  NAMES.forEach((name) => site.publish(name));
  judge.excuse('everything');
  const latestMs = await ownTimeOf(() => untilLatest(fronts));
  await untilReading(front, 'ok');
  judge.excuse('nothing');
  await untilWriting(writer, 'current');
  await stream.more(200);

  const timesOf = (status: number): number[] =>
    answered
      .filter((one) => one.status === status)
      .map(({ tookMs }) => tookMs)
      .sort((a, b) => a - b);
  const [kept, refused] = [timesOf(302), timesOf(503)];
  const late = refused.filter((tookMs) => tookMs > AT_ONCE_MS);
  const lines = saidOf(front, 'lookup failed').length;
  expect(kept.length).toBeGreaterThan(100);
  expect(kept.filter((tookMs) => tookMs > AT_ONCE_MS).length).toBeLessThanOrEqual(MOST_HELD_UP);
  // Of those that were refused, which may be thousands, only the first arrive.
  expect(lookups).toBeLessThanOrEqual(timesOf(200).length + MOST_IN_VAIN);
  expect(refused.length).toBeGreaterThan(100);
  // Those that were under way have waited for it.
  expect(late.length).toBeGreaterThan(0);
  expect(late[late.length >> 1]).toBeLessThan(LOOKUP_TIMEOUT_MS + SLACK_MS);
  expect(late.length).toBeLessThanOrEqual(MOST_IN_VAIN);
  expect(growthMb).toBeLessThan(MOST_GROWTH_MB);
  expect(latestMs).toBeLessThan(RECOVERY_MS);
  expect([1, 2]).toContain(lines);
  const told = saidOf(front, 'the index in Redis cannot be relied on; what is not kept is answered 503');
  expect(told.length).toBeLessThan(6);
  await stopStreams(fronts);
  expect(wrongWhileAway(stream)).toEqual([]);
  // A machine that stands still is a slow Redis, too.
  expect(stream.wrong.length).toBeLessThanOrEqual(MOST_HELD_UP);
});

/** Of lists of tags, by a command of theirs that nothing else sends. */
async function countLookups(server: RedisServer): Promise<number> {
  const [, count] = /cmdstat_zrangebylex:calls=(\d+)/.exec(await server.run('INFO', 'commandstats')) ?? [];
  return Number(count ?? 0);
}
