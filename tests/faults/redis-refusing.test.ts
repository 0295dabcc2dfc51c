/**
 * Redis answers, and refuses: it is full, a replica, or asks for another password. Fronts go on with what they can read, the log says
 * once what is wrong, /readyz says it all the time, and what was published meanwhile is seen when it is mended.
 */
import { saidOf } from '../support/log-lines';
import { ownTimeOf } from '../support/own-time';
import type { RedisServer } from '../support/redis';
import { until } from '../support/until';
import {
  deploy,
  readReadiness,
  startServer,
  stopStreams,
  untilLatest,
  untilReading,
  untilWriting,
} from './redis-deployment';
import { SEEN_MS, timeUntilSeen } from './seen-in-time';
import { NAMES } from './site';

jest.setTimeout(240_000);

const FAULTY = 'the index in Redis cannot be written';
const UNRELIABLE = 'the index in Redis cannot be relied on; what is not kept is answered 503';
/** A writer that was refused for long tries again every five seconds. */
const RECOVERY_MS = 7000;
/** Of the same matter: for each reason, of which there are a few, and not at each attempt. */
const MOST_LINES = 4;

it('full, while publications come: fronts answer what is in Redis, and the rest when there is room', async () => {
  const server = await startServer();
  const { site, writer, fronts } = await deploy({ redis: { url: server.url }, fronts: 2 });
  await server.run('CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
  await server.run('CONFIG', 'SET', 'maxmemory', '1mb');
  NAMES.forEach((name) => site.publish(name));
  await untilWriting(writer, 'faulty', 'Redis is full');
  for (const { stream } of fronts) await stream.more(400);
  for (const front of fronts) expect((await readReadiness(front)).redis.reading?.state).toBe('ok');
  NAMES.forEach((name) => site.publish(name));
  await untilWriting(writer, 'faulty', 'Redis is full');
  expect(saidOf(writer, FAULTY).length).toBe(1);
  await server.run('CONFIG', 'SET', 'maxmemory', '0');
  expect(await ownTimeOf(() => untilLatest(fronts))).toBeLessThan(RECOVERY_MS);
  await untilWriting(writer, 'current');
  expect(await stopStreams(fronts)).toEqual([]);
});

it('a front at a replica sees what is written to the master', async () => {
  const master = await startServer();
  const replica = await startServer({
    args: ['--repl-diskless-sync-delay', '0', '--replicaof', '127.0.0.1', String(master.port)],
  });
  const { site, writer, fronts } = await deploy({
    redis: { url: master.url },
    frontRedis: { url: replica.url },
  });
  const streams = fronts.map(({ stream }) => stream);
  const publishAll = (): void => NAMES.forEach((name) => site.publish(name));
  expect(await timeUntilSeen(streams, publishAll)).toBeLessThan(SEEN_MS);
  expect((await readReadiness(writer)).redis.writing?.state).toBe('current');
  expect(saidOf(writer, FAULTY)).toEqual([]);
  expect(await stopStreams(fronts)).toEqual([]);
});

it('a master that becomes a replica: nothing is written, all is read; and both when it is a master again', async () => {
  const server = await startServer({ args: ['--repl-diskless-sync-delay', '0'] });
  const { site, writer, fronts } = await deploy({ redis: { url: server.url } });
  const other = await startServer({
    args: ['--repl-diskless-sync-delay', '0', '--replicaof', '127.0.0.1', String(server.port)],
  });
  await untilInStep(other);
  for (const { judge } of fronts) judge.excuse('everything');
  await other.run('REPLICAOF', 'NO', 'ONE');
  await server.run('REPLICAOF', '127.0.0.1', String(other.port));
  NAMES.forEach((name) => site.publish(name));
  await untilWriting(writer, 'faulty', 'this Redis is a replica');
  await untilInStep(server);
  await Promise.all(fronts.map((front) => untilReading(front, 'ok')));
  for (const { judge } of fronts) judge.excuse('nothing');
  const connectionsBefore = await countConnections(server);
  const countedAt = performance.now();
  for (const { stream } of fronts) await stream.more(600);
  // A writer that tried again as fast as it can would need hundreds.
  const seconds = (performance.now() - countedAt) / 1000;
  expect((await countConnections(server)) - connectionsBefore).toBeLessThan(20 + seconds);
  await untilWriting(writer, 'faulty', 'replica');
  expect(saidOf(writer, FAULTY).length).toBeLessThan(4);
  await server.run('REPLICAOF', 'NO', 'ONE');
  expect(await ownTimeOf(() => untilLatest(fronts))).toBeLessThan(RECOVERY_MS);
  await untilWriting(writer, 'current');
  expect(await stopStreams(fronts)).toEqual([]);
});

it('another password, for both programs from their start: 503, and all is well when it is the right one', async () => {
  const server = await startServer({ password: 'new' });
  const redis = { url: server.url.replace('new', 'old') };
  const { writer, fronts } = await deploy({ redis, fronts: 2, isFaulty: true });
  await Promise.all(fronts.map((front) => untilReading(front, 'unreachable')));
  await untilWriting(writer, 'faulty', 'refuses the user name or password');
  for (const { stream } of fronts) await stream.more(400);
  for (const front of fronts) {
    await untilReading(front, 'unreachable', { reason: 'refuses the user name or password' });
    expect(saidOf(front, UNRELIABLE).length).toBeGreaterThan(0);
    expect(saidOf(front, UNRELIABLE).length).toBeLessThan(MOST_LINES);
  }
  expect(saidOf(writer, FAULTY).length).toBeGreaterThan(0);
  expect(saidOf(writer, FAULTY).length).toBeLessThan(MOST_LINES);
  expect(fronts.map((front) => front.output().includes('old'))).toEqual([false, false]);
  await server.run('CONFIG', 'SET', 'requirepass', 'old');
  await Promise.all(fronts.map((front) => untilReading(front, 'ok')));
  for (const { judge } of fronts) judge.excuse('nothing');
  await untilLatest(fronts);
  await untilWriting(writer, 'current');
  // What came of the writer's last words is asked for again, and kept.
  for (const { stream } of fronts) await stream.more(200);

  // Changed while all is well: nobody is disconnected for that, and nobody can come back.
  for (const { judge } of fronts) judge.excuse('what is not kept');
  await server.run('-a', 'old', 'CONFIG', 'SET', 'requirepass', 'newer');
  await server.run('-a', 'newer', 'CLIENT', 'KILL', 'TYPE', 'normal');
  await Promise.all(fronts.map((front) => untilReading(front, 'unreachable')));
  for (const { stream } of fronts) await stream.more(200);
  await server.run('-a', 'newer', 'CONFIG', 'SET', 'requirepass', 'old');
  await Promise.all(fronts.map((front) => untilReading(front, 'ok')));
  for (const { judge } of fronts) judge.excuse('nothing');
  await untilLatest(fronts);
  await untilWriting(writer, 'current');
  expect(await stopStreams(fronts)).toEqual([]);
});

async function untilInStep(replica: RedisServer): Promise<void> {
  await until('the replica has the data of its master', async () =>
    (await replica.run('INFO', 'replication')).includes('master_link_status:up'),
  );
}

async function countConnections(server: RedisServer): Promise<number> {
  const [, count] = /total_connections_received:(\d+)/.exec(await server.run('INFO', 'stats')) ?? [];
  return Number(count);
}
