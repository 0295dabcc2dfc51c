/**
 * Something else has written over keys of the index, or taken them away: what cannot be read any more is 503 and never 404, all other
 * repositories are answered, and all is well again when the key is free. What is written for one repository is written again by itself.
 */
import { createKeys, partitionOf } from '../../app/store/redis/keys';
import { saidOf } from '../support/log-lines';
import { ownTimeOf } from '../support/own-time';
import type { RedisServer } from '../support/redis';
import { until } from '../support/until';
import {
  deploy,
  startServer,
  stopStreams,
  untilLatest,
  untilReading,
  untilWriting,
  type Deployment,
} from './redis-deployment';
import { SEEN_MS, timeUntilSeen } from './seen-in-time';
import { NAMES } from './site';

jest.setTimeout(240_000);

const [NAME = ''] = NAMES;
const PARTITION = partitionOf(NAME);
const keys = createKeys('davit');
const CATALOG_PATH = '/v2/_catalog';
const OTHER_TYPE = 'a key in Redis has another type than davit gives it';
/** A writer that was refused for long tries again every five seconds. */
const RECOVERY_MS = 7000;

const isOfPartition = (path: string): boolean =>
  NAMES.some((name) => partitionOf(name) === PARTITION && path.startsWith(`/v2/${name}/`)) ||
  partitionOf('demo/unknown') === PARTITION;

async function start(): Promise<{ server: RedisServer; running: Deployment }> {
  const server = await startServer();
  const running = await deploy({ redis: { url: server.url }, fronts: 2 });
  running.site.published.note(CATALOG_PATH, `200 ${JSON.stringify({ repositories: NAMES })}`);
  await untilLatest(running.fronts);
  return { server, running };
}

it.each([
  ['the state of a partition', keys.state(PARTITION), 'refusing', isOfPartition],
  ['the digests of a partition', keys.digests(PARTITION), 'ok', isOfPartition],
  ['the names of the catalog', keys.catalogNames('2'), 'ok', (path: string) => path === CATALOG_PATH],
  ['the facts of the catalog', keys.catalogFacts, 'ok', (path: string) => path === CATALOG_PATH],
])('%s: told by both programs, and written again when the key is free', async (_what, key, state, isExcused) => {
  const { server, running } = await start();
  const { site, writer, fronts } = running;
  for (const { judge } of fronts) judge.excuse(isExcused);
  await server.run('SET', key, 'something else');
  await untilWriting(writer, 'faulty', OTHER_TYPE);
  await Promise.all(fronts.map((front) => untilReading(front, state)));
  NAMES.forEach((name) => site.publish(name));
  for (const { stream } of fronts) await stream.more(300);
  for (const front of fronts) {
    await untilReading(front, state, { reason: state === 'ok' ? '' : OTHER_TYPE });
    expect(saidOf(front, 'lookup failed').length).toBeLessThan(4);
  }
  expect(saidOf(writer, 'the index in Redis cannot be written').length).toBe(1);
  await server.run('DEL', key);
  expect(await ownTimeOf(() => untilLatest(fronts))).toBeLessThan(RECOVERY_MS);
  await untilWriting(writer, 'current');
  await Promise.all(fronts.map((front) => untilReading(front, 'ok')));
  for (const { judge } of fronts) judge.excuse('nothing');
  for (const { stream } of fronts) await stream.more(150);
  expect(await stopStreams(fronts)).toEqual([]);
});

const MENDED: [what: string, command: string[]][] = [
  ['the references of a repository, overwritten', ['SET', keys.table('2', NAME), 'something else']],
  ['the references of a repository, deleted', ['DEL', keys.table('2', NAME)]],
  ['the tags of a repository, overwritten', ['SET', keys.tags('2', NAME), 'something else']],
  ['the tags of a repository, deleted', ['DEL', keys.tags('2', NAME)]],
  ['the digests of a partition, deleted', ['DEL', keys.digests(PARTITION)]],
  ['the digests of a partition and a repository, deleted', ['DEL', keys.digests(PARTITION), keys.table('2', NAME)]],
  ['all of a partition, deleted', ['DEL', ...[keys.state(PARTITION), keys.digests(PARTITION), keys.table('2', NAME)]]],
  ['the names of the catalog, deleted', ['DEL', keys.catalogNames('2')]],
  ['the facts of the catalog, deleted', ['DEL', keys.catalogFacts]],
  ['all that the catalog lists, deleted', ['DEL', keys.catalogFacts, keys.catalogNames('2')]],
];

// One after the other, by the same programs: a fault that left something behind would be seen in the next one.
it('503 until it is written again by itself, whatever is overwritten or deleted', async () => {
  const { server, running } = await start();
  for (const [what, command] of MENDED) {
    try {
      await takeAway(server, running, command);
    } catch (cause) {
      throw new Error(`${what}: ${(cause as Error).message}`, { cause });
    }
  }
  expect(await stopStreams(running.fronts)).toEqual([]);
});

async function takeAway(server: RedisServer, { site, writer, fronts }: Deployment, command: string[]): Promise<void> {
  for (const { judge } of fronts) judge.excuse((path) => path.startsWith(`/v2/${NAME}/`) || path === CATALOG_PATH);
  await server.run(...command);
  const key = command[1] ?? '';
  // Neither what it was overwritten with, nor nothing.
  const isBack = async (): Promise<boolean> => !['string', 'none'].includes(await server.run('TYPE', key));
  await until('it is back', isBack, { timeoutMs: 60_000 });
  for (const { stream } of fronts) stream.forget();
  expect(await ownTimeOf(() => untilLatest(fronts))).toBeLessThan(RECOVERY_MS);
  await untilWriting(writer, 'current');
  await Promise.all(fronts.map((front) => untilReading(front, 'ok')));
  for (const { judge } of fronts) judge.excuse('nothing');
  const streams = fronts.map(({ stream }) => stream);
  const publishAll = (): void => NAMES.forEach((name) => site.publish(name));
  expect(await timeUntilSeen(streams, publishAll)).toBeLessThan(SEEN_MS);
  expect(streams.flatMap(({ wrong }) => wrong)).toEqual([]);
}
