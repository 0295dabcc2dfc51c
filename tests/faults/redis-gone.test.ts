/**
 * Redis is killed, stays away, and comes back with its data or without: what a front keeps is answered all the time, everything
 * else is 503 until it is known again, and nothing is ever said not to exist that does.
 */
import { bestRound } from '../support/best-round';
import { saidOf } from '../support/log-lines';
import { ownTimeOf } from '../support/own-time';
import type { RedisServer } from '../support/redis';
import {
  deploy,
  readReadiness,
  residentMb,
  startServer,
  stopStreams,
  untilLatest,
  untilReading,
  untilWriting,
  type Deployment,
} from './redis-deployment';
import { NAMES } from './site';

jest.setTimeout(240_000);

/** How long Redis stays away. The time itself is the test: what piles up, piles up with it. */
const AWAY_MS = 30_000;
const MOST_GROWTH_MB = 24;
/** Longer than anybody waits for it: a lookup, and a writer before it tries again. */
const LONG_MS = 6000;
const RECOVERY_MS = 2000;
const MOST_LINES = 10;

async function start(args: string[]): Promise<{ server: RedisServer; running: Deployment }> {
  const server = await startServer({ args });
  const running = await deploy({ redis: { url: server.url }, fronts: 2 });
  return { server, running };
}

it('killed, half a minute away, and back with its data: right answers within two seconds', async () => {
  const { server, running } = await start(['--appendonly', 'yes', '--appendfsync', 'always']);
  const { site, writer, fronts } = running;
  for (const { judge } of fronts) judge.excuse('what is not kept');
  const goneAt = await lose(running, server);
  await untilWriting(writer, 'faulty', 'nothing listens there');
  // Nobody has asked for these, so no front keeps them.
  for (const name of NAMES) {
    site.published.note(firstVersion(name), `302 https://static.example.com/${name}/1/manifests/2/version-1`);
  }
  for (const { judge } of fronts) judge.excuse((path) => !path.endsWith('/manifests/latest'));
  for (const { stream } of fronts) await stream.more(400);
  const before = fronts.map(residentMb);
  for (const { judge } of fronts) judge.answered = [];
  await stayAway(running, goneAt + AWAY_MS);
  const growthMb = fronts.map((front, position) => residentMb(front) - (before[position] ?? 0));
  expect(Math.max(...growthMb)).toBeLessThan(MOST_GROWTH_MB);
  for (const front of fronts) {
    const [kept, refused] = [front.judge.timesOf(302), front.judge.timesOf(503)];
    expect(Math.min(kept.length, refused.length)).toBeGreaterThan(200);
    for (const times of [kept, refused]) {
      // Whoever waits for something waits each time; whom the machine holds up does not.
      expect(quantile(times, 0.25)).toBeLessThan(20);
      expect(quantile(times, 0.5)).toBeLessThan(100);
    }
    // Once for each reason, of which there are a few; not at each of the attempts, of which there are two a second.
    const said = saidOf(front, 'the index in Redis cannot be relied on; what is not kept is answered 503').length;
    expect(said).toBeGreaterThan(0);
    expect(said).toBeLessThan(MOST_LINES);
    expect(saidOf(front, 'lookup failed').length).toBeLessThan(4);
  }
  expect(saidOf(writer, 'the index in Redis cannot be written').length).toBeLessThan(MOST_LINES);

  const recoveredMs = await bestRound(RECOVERY_MS, async (round) => {
    if (round > 0) {
      for (const { judge } of fronts) judge.excuse('everything');
      await stayAway(running, (await lose(running, server)) + AWAY_MS);
    }
    await server.restart();
    const readingMs = await ownTimeOf(() => Promise.all(fronts.map((front) => untilReading(front, 'ok'))));
    for (const { judge } of fronts) judge.excuse('nothing');
    return Math.max(readingMs, await ownTimeOf(() => untilLatest(fronts)));
  });
  expect(recoveredMs).toBeLessThan(RECOVERY_MS);
  await untilWriting(writer, 'current');
  for (const name of NAMES) {
    site.published.note(firstVersion(name), withdrawn(name));
    site.publish(name);
  }
  expect(await ownTimeOf(() => untilLatest(fronts))).toBeLessThan(RECOVERY_MS);
  expect(await stopStreams(fronts)).toEqual([]);
});

it.each([
  ['for a moment', 0],
  ['for long', LONG_MS],
])('killed, %s, and back empty: 503 until the writer has filled it again', async (_howLong, awayMs) => {
  const { server, running } = await start([]);
  const { site, writer, fronts } = running;
  const recoveredMs = await bestRound(RECOVERY_MS, async () => {
    for (const { judge } of fronts) judge.excuse('what is not kept');
    const goneAt = await lose(running, server);
    for (const { stream } of fronts) await stream.more(150);
    await stayAway(running, goneAt + awayMs);
    NAMES.forEach((name) => site.publish(name));
    // What was published meanwhile takes the place of what is kept, and is not known at once.
    for (const { judge } of fronts) judge.excuse('everything');
    await server.restart();
    return ownTimeOf(() => untilLatest(fronts));
  });
  expect(recoveredMs).toBeLessThan(RECOVERY_MS);
  await Promise.all(fronts.map((front) => untilReading(front, 'ok')));
  for (const { judge } of fronts) judge.excuse('nothing');
  for (const { stream } of fronts) await stream.more(150);
  await untilWriting(writer, 'current');
  expect(await stopStreams(fronts)).toEqual([]);
});

it('back empty while no writer is there: 503 and what is kept, until one comes', async () => {
  const { server, running } = await start([]);
  const { writer, fronts } = running;
  for (const { judge } of fronts) judge.excuse('what is not kept');
  writer.signal('SIGSTOP');
  await lose(running, server);
  await server.restart();
  await Promise.all(fronts.map((front) => untilReading(front, 'filling')));
  for (const { stream } of fronts) await stream.more(300);
  for (const { judge } of fronts) judge.excuse('everything');
  writer.signal('SIGCONT');
  await Promise.all(fronts.map((front) => untilReading(front, 'ok', { timeoutMs: 60_000 })));
  for (const { judge } of fronts) judge.excuse('nothing');
  await untilLatest(fronts);
  expect(await stopStreams(fronts)).toEqual([]);
});

/** Redis is killed, and every front knows; resolves to when that was. */
async function lose({ fronts }: Deployment, server: RedisServer): Promise<number> {
  await server.kill();
  const goneAt = performance.now();
  await Promise.all(fronts.map((front) => untilReading(front, 'unreachable')));
  return goneAt;
}

/** All the time, both programs say how it is. */
async function stayAway({ writer, fronts }: Deployment, untilMs: number): Promise<void> {
  while (performance.now() < untilMs) {
    for (const front of fronts) {
      await front.stream.more(200);
      const { status, redis: told } = await readReadiness(front);
      expect({ status, state: told.reading?.state }).toEqual({ status: 503, state: 'unreachable' });
    }
    await untilWriting(writer, 'faulty');
  }
}

const firstVersion = (name: string): string => `/v2/${name}/manifests/version-1`;
/** Each version has a tag of its own. */
const withdrawn = (name: string): string =>
  `404 {"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown","detail":{"Name":"${name}","Tag":"version-1"}}]}`;

const quantile = (sorted: number[], part: number): number => sorted[Math.floor(part * sorted.length)] ?? Infinity;
