/**
 * Redis is there and does not answer: what a front keeps is answered as fast as ever; a lookup waits for half a second at most, and
 * soon no lookup waits any more; nothing that nobody waits for reaches Redis later; and it is over when Redis answers again.
 */
import { saidOf } from '../support/log-lines';
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
import { NAMES } from './site';

jest.setTimeout(60_000);

const SLEEP_S = 5;
const LOOKUP_TIMEOUT_MS = 500;
/** Between a timer and its answer, on a busy machine. */
const SLACK_MS = 250;
const AT_ONCE_MS = 0.8 * LOOKUP_TIMEOUT_MS;
/** That wait in vain, before Redis is taken to be stuck; and those that were under way then. */
const MOST_IN_VAIN = 10 + 6;
/** A look at all partitions is 257, and there are two or three; of the lookups, which are thousands, only the first arrive. */
const MOST_COMMANDS = 1500;
const MOST_GROWTH_MB = 24;
const RECOVERY_MS = 2000;

it.each<[string, (server: RedisServer) => Promise<unknown>]>([
  ['busy', (server) => server.run('DEBUG', 'SLEEP', String(SLEEP_S))],
  [
    'frozen',
    async (server) => {
      server.pause();
      const startedAt = performance.now();
      await until('it was frozen long enough', () => performance.now() - startedAt > SLEEP_S * 1000, {
        timeoutMs: 2 * SLEEP_S * 1000,
      });
      server.resume();
    },
  ],
])('%s for five seconds', async (_how, hold) => {
  const server = await startServer({ args: ['--enable-debug-command', 'yes'] });
  const { site, writer, fronts } = await deploy({ redis: { url: server.url } });
  const [front] = fronts;
  if (!front) throw new Error('there is a front');
  const { judge, stream } = front;
  await stream.more(1000);
  judge.excuse('what is not kept');
  const before = { mb: residentMb(front), commands: await countCommands(server) };
  judge.answered = [];
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
  const answered = judge.answered;
  // Those of the fronts' and of the writer's, whatever they were.
  const commands = (await countCommands(server)) - before.commands;
  NAMES.forEach((name) => site.publish(name));
  judge.excuse('everything');
  const latestMs = await untilLatest(fronts);
  await untilReading(front, 'ok');
  judge.excuse('nothing');
  await untilWriting(writer, 'current');
  await stream.more(500);

  const timesOf = (status: number): number[] =>
    answered.filter((one) => one.status === status).map(({ tookMs }) => tookMs);
  const [kept, refused] = [timesOf(302), timesOf(503)];
  const late = refused.filter((tookMs) => tookMs > AT_ONCE_MS);
  const lines = saidOf(front, 'lookup failed').length;
  expect(Math.max(...kept)).toBeLessThan(AT_ONCE_MS);
  expect(commands).toBeLessThan(MOST_COMMANDS);
  expect(refused.length).toBeGreaterThan(500);
  expect(Math.max(...refused)).toBeLessThan(LOOKUP_TIMEOUT_MS + SLACK_MS);
  expect(late.length).toBeLessThanOrEqual(MOST_IN_VAIN);
  expect(growthMb).toBeLessThan(MOST_GROWTH_MB);
  expect(latestMs).toBeLessThan(RECOVERY_MS);
  expect(lines).toBe(1);
  const told = saidOf(front, 'the index in Redis cannot be relied on; what is not kept is answered 503');
  expect(told.length).toBeLessThan(4);
  expect(await stopStreams(fronts)).toEqual([]);
});

async function countCommands(server: RedisServer): Promise<number> {
  const [, count] = /total_commands_processed:(\d+)/.exec(await server.run('INFO', 'stats')) ?? [];
  return Number(count);
}
