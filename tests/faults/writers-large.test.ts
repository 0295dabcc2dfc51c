/**
 * A writer is killed, or stopped for a while, in the middle of an update of a large repository, with requests running: whoever reads sees the version before or
 * the one after, whole. Another writer takes over and finishes.
 */
import { cpSync } from 'node:fs';
import { createKeys } from '../../app/store/redis/keys';
import { redirectText } from '../load/loading';
import type { Davit } from '../support/davit';
import { request } from '../support/http';
import { startRedis, type RedisServer } from '../support/redis';
import { createTemporaryDirectory } from '../support/temporary-directory';
import { until } from '../support/until';
import { ANOTHER_WRITER, reasonsOf, startFront, startSteadyRequests, startWriter, writes } from './redis-programs';
import { NAMES, Site } from './site';
import type { SteadyRequests } from './steady-requests';

const NAME = 'demo/large';
const TAGS = 200_000;
const VERSIONS = [1, 2, 3];
const TAKEN_OVER_MS = 10_000;
const keys = createKeys('davit');

let redis: RedisServer | undefined;

afterEach(async () => {
  await redis?.stop();
  redis = undefined;
});

const urlOf = (version: number): string => `https://static.example.com/large/${version}/`;

/** Every version has tags of its own, and two that all have. */
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
  const versions = VERSIONS.filter((version) => JSON.stringify(tags) === JSON.stringify(tagsOf(version).sort()));
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

const untilStaged = (server: RedisServer, isMoment: (staged: Staged) => boolean): Promise<number> =>
  until('a part is staged', async () => isMoment(await countStaged(server)), { timeoutMs: 20_000 });

it.each([
  ['the table', ({ fields }: Staged) => fields > TAGS / 4],
  ['the tags', ({ tags }: Staged) => tags > TAGS / 4],
])(
  'killed while it stages %s',
  async (_what, isMoment) => {
    const { server, site, first, second, front, stream } = await start({ isCopied: false });
    publish(site, 2);
    await untilStaged(server, isMoment);
    first.signal('SIGKILL');
    await first.ended;
    const staged = await countStaged(server);
    expect(staged.fields).toBeGreaterThan(0);
    expect(staged.fields + staged.tags).toBeLessThan(2 * TAGS - 1);
    expect(Number(await server.run('PTTL', keys.stagedTable('2', NAME)))).toBeGreaterThan(0);
    expect(await readVersions(front)).toEqual(new Set([1]));

    expect(await writes(second, 'current', TAKEN_OVER_MS)).toBeLessThan(TAKEN_OVER_MS);
    await stream.untilLatest();
    expect(await readVersions(front)).toEqual(new Set([2]));
    expect(await countStaged(server)).toEqual({ fields: 0, tags: 0 });
    NAMES.forEach((name) => site.publish(name));
    expect(await stream.untilLatest()).toBeLessThan(1000);
    expect(await stream.stop()).toEqual([]);
  },
  90_000,
);

it('stopped while it stages, and continued when another writer has published something newer', async () => {
  const { server, site, first, second, later, front, stream } = await start({ isCopied: true });
  publish(site, 2);
  await untilStaged(server, ({ fields }) => fields > TAGS / 4);
  first.signal('SIGSTOP');
  expect(await writes(second, 'current', TAKEN_OVER_MS)).toBeLessThan(TAKEN_OVER_MS);
  expect(await readVersions(front)).toEqual(new Set([1]));
  site.dataDir = later;
  publish(site, 3);
  await stream.untilLatest(TAKEN_OVER_MS);

  first.signal('SIGCONT');
  await until('it has noticed', () => reasonsOf(first).some((reason) => ANOTHER_WRITER.test(reason)));
  // What it had begun to write.
  const isRefused = async (): Promise<boolean> =>
    (await server.run('INFO', 'errorstats')).includes('errorstat_FENCED:');
  await until('Redis has refused what it wrote', isRefused);
  await writes(first, 'waiting');
  await stream.more(1000);
  expect(await readVersions(front)).toEqual(new Set([3]));
  expect(await stream.stop()).toEqual([]);
}, 90_000);
