/**
 * A writer is killed, or stopped for a while, in the middle of an update of a large repository, with requests running: whoever reads sees the version before or
 * the one after, whole. Another writer takes over and finishes.
 */
import { cpSync } from 'node:fs';
import { contentsField, createKeys, partitionOf } from '../../app/store/redis/keys';
import { redirectText } from '../load/loading';
import type { Davit } from '../support/davit';
import { request } from '../support/http';
import { saidOf } from '../support/log-lines';
import { ownTimeOf } from '../support/own-time';
import { startRedis, type RedisServer } from '../support/redis';
import { createTemporaryDirectory } from '../support/temporary-directory';
import { until } from '../support/until';
import { ANOTHER_WRITER, reasonsOf, startFront, startSteadyRequests, startWriter, writes } from './redis-programs';
import { SEEN_MS, timeUntilSeen } from './seen-in-time';
import { NAMES, Site } from './site';
import type { SteadyRequests } from './steady-requests';

jest.setTimeout(300_000);

const NAME = 'demo/large';
const TAGS = 100_000;
/** The first, those that a writer is to be stopped at, and one more. */
const VERSIONS = [1, 2, 3, 4, 5];
const TAKEN_OVER_MS = 10_000;
const TAKES_OVER = 'this writer keeps the index in Redis; comparing what it holds';
const CONNECTION_FAULT = /does not answer in time|connection to/;
/** A writer that was stopped for so long has given up what it was writing: nothing was answered in time. */
const GIVES_UP_MS = 9000;
const keys = createKeys('davit');

let redis: RedisServer | undefined;

afterEach(async () => {
  await redis?.stop();
  redis = undefined;
});

const urlOf = (version: number): string => `https://static.example.com/large/${version}/`;

/** In order. Every version has tags of its own, and two that all have. */
const tagsOf = (version: number): string[] => [
  'aa-first',
  ...Array.from({ length: TAGS - 2 }, (_, number) => `v${version}-${String(number).padStart(6, '0')}`),
  'zz-last',
];

function publish(site: Site, version: number): void {
  for (const reference of ['aa-first', 'zz-last']) {
    site.published.note(`/v2/${NAME}/manifests/${reference}`, `302 ${urlOf(version)}manifests/2/${reference}`);
  }
  site.put(NAME, redirectText(NAME, tagsOf(version), { url: urlOf(version) }));
}

const countStaged = async (server: RedisServer): Promise<Staged> => ({
  fields: Number(await server.run('HLEN', keys.stagedTable('2', NAME))),
  tags: Number(await server.run('ZCARD', keys.stagedTags('2', NAME))),
});

/** The versions of which the front answers something: by the whole list of tags, and by tags that only one version has. */
async function readVersions({ url }: Davit): Promise<Set<number>> {
  const { body } = await request(url, { path: `/v2/${NAME}/tags/list` });
  const { tags } = JSON.parse(body.toString()) as { tags: string[] };
  const versions = VERSIONS.filter((version) => JSON.stringify(tags) === JSON.stringify(tagsOf(version)));
  if (versions.length === 0) throw new Error(`a list of ${tags.length} tags that nobody has published`);
  for (const version of VERSIONS) {
    for (const tag of [tagsOf(version)[1], tagsOf(version).at(-2)]) {
      const { status } = await request(url, {
        path: `/v2/${NAME}/manifests/${tag}`,
        headers: [['Accept', 'application/vnd.docker.distribution.manifest.v2+json']],
      });
      if (status === 302) versions.push(version);
    }
  }
  return new Set(versions);
}

interface Setup {
  server: RedisServer;
  site: Site;
  first: Davit;
  second: Davit;
  /** The second writer's directory: that of the site, or a copy. */
  later: string;
  front: Davit;
  stream: SteadyRequests;
}

async function start({ isCopied }: { isCopied: boolean }): Promise<Setup> {
  const server = (redis = await startRedis());
  const site = new Site(createTemporaryDirectory());
  publish(site, 1);
  const first = await startWriter(server.url, site.dataDir);
  await writes(first, 'current');
  const later = isCopied ? createTemporaryDirectory() : site.dataDir;
  if (isCopied) cpSync(site.dataDir, later, { recursive: true });
  const second = await startWriter(server.url, later);
  await writes(second, 'waiting');
  const front = await startFront(server.url);
  const stream = startSteadyRequests(front, site.published);
  await stream.untilLatest();
  expect(await readVersions(front)).toEqual(new Set([1]));
  return { server, site, first, second, later, front, stream };
}

interface Staged {
  fields: number;
  tags: number;
}

const isPart = ({ fields, tags }: Staged): boolean => fields > 0 && fields + tags < 2 * TAGS - 1;

/**
 * Publishes, and stops the first writer in the middle of it. Resolves to the version that was published: one that was written before it could
 * be stopped is followed by another one.
 */
async function stopWhileStaging(
  { server, site, first, later, stream }: Setup,
  isMoment: (staged: Staged) => boolean,
): Promise<number> {
  for (const version of VERSIONS.slice(1, -1)) {
    const before = await readDigest(server);
    publish(site, version);
    const isMomentOrOver = async (): Promise<boolean> =>
      isMoment(await countStaged(server)) || (await readDigest(server)) !== before;
    await until('a part is staged', isMomentOrOver, { timeoutMs: 60_000 });
    first.signal('SIGSTOP');
    const staged = await countStaged(server);
    if (isMoment(staged) && isPart(staged)) return version;
    first.signal('SIGCONT');
    await stream.untilLatest(60_000);
    if (later !== site.dataDir) publishElsewhere(site, version, later);
  }
  throw new Error('the writer was always too fast');
}

const readDigest = (server: RedisServer): Promise<string> =>
  server.run('HGET', keys.digests(partitionOf(NAME)), contentsField('2', NAME));

function publishElsewhere(site: Site, version: number, directory: string): void {
  const { dataDir } = site;
  site.dataDir = directory;
  publish(site, version);
  site.dataDir = dataDir;
}

/** By the lease; how long it then has to write is another matter. */
const untilTakenOver = (writer: Davit): Promise<number> =>
  ownTimeOf(() => until('another one writes', () => saidOf(writer, TAKES_OVER).length > 0, { timeoutMs: 60_000 }));

it.each([
  ['the table', ({ fields }: Staged) => fields > TAGS / 4],
  ['the tags', ({ tags }: Staged) => tags > TAGS / 4],
])('killed while it stages %s', async (_what, isMoment) => {
  const setup = await start({ isCopied: false });
  const { server, site, first, second, front, stream } = setup;
  const version = await stopWhileStaging(setup, isMoment);
  first.signal('SIGKILL');
  await first.ended;
  expect(isPart(await countStaged(server))).toBe(true);
  expect(Number(await server.run('PTTL', keys.stagedTable('2', NAME)))).toBeGreaterThan(0);
  expect(await readVersions(front)).toEqual(new Set([version - 1]));

  expect(await untilTakenOver(second)).toBeLessThan(TAKEN_OVER_MS);
  await writes(second, 'current');
  await stream.untilLatest();
  expect(await readVersions(front)).toEqual(new Set([version]));
  expect(await countStaged(server)).toEqual({ fields: 0, tags: 0 });
  expect(await timeUntilSeen([stream], () => NAMES.forEach((name) => site.publish(name)))).toBeLessThan(SEEN_MS);
  expect(await stream.stop()).toEqual([]);
});

it('stopped while it stages, and continued when another writer has published something newer', async () => {
  const setup = await start({ isCopied: true });
  const { server, site, first, second, later, front, stream } = setup;
  const version = await stopWhileStaging(setup, ({ fields }) => fields > TAGS / 4);
  const stoppedAt = performance.now();
  // As if it had run out: the first one has to wake up before it gives up by itself. How long that takes: "killed".
  await server.run('DEL', keys.leaseHolder);
  expect(await untilTakenOver(second)).toBeLessThan(TAKEN_OVER_MS);
  await writes(second, 'current');
  expect(await readVersions(front)).toEqual(new Set([version - 1]));
  site.dataDir = later;
  publish(site, version + 1);
  await stream.untilLatest(60_000);

  const hasGivenUp = performance.now() - stoppedAt > GIVES_UP_MS;
  first.signal('SIGCONT');
  await writes(first, 'waiting');
  const hasSaid = (words: RegExp): boolean => reasonsOf(first).some((reason) => words.test(reason));
  await until('it has noticed', () => hasSaid(ANOTHER_WRITER) || hasSaid(CONNECTION_FAULT));
  // What it had begun to write, and goes on with.
  const isRefused = async (): Promise<boolean> =>
    (await server.run('INFO', 'errorstats')).includes('errorstat_FENCED:');
  await until('Redis has refused what it wrote', async () => hasGivenUp || (await isRefused()));
  await stream.more(400);
  expect(await readVersions(front)).toEqual(new Set([version + 1]));
  expect(await stream.stop()).toEqual([]);
});
