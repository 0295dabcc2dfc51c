/** The data directory of a writer is gone, and the operator says that it may be: Redis keeps what it has until there is one again. */
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { redirectText } from '../load/loading';
import { startDavit, type Davit } from '../support/davit';
import { request } from '../support/http';
import { startRedis, type RedisServer } from '../support/redis';
import { createTemporaryDirectory } from '../support/temporary-directory';
import { until } from '../support/until';
import { PATIENT } from './patient';

jest.setTimeout(120_000);

const SCHEMA2 = 'application/vnd.docker.distribution.manifest.v2+json';

let redis: RedisServer;
let dataDir: string;
const davits: Davit[] = [];
beforeAll(async () => {
  redis = await startRedis();
  dataDir = join(createTemporaryDirectory(), 'data');
  await publish(dataDir, ['demo/stays', 'demo/goes']);
  const shared = { redis: { url: redis.url } };
  davits.push(await startDavit({ command: 'index', config: { general: { data_dir: dataDir }, ...shared } }));
  davits.push(await startDavit({ config: { redis: { ...PATIENT, ...shared.redis } } }));
});
afterAll(async () => {
  await Promise.all(davits.map((davit) => davit.stop()));
  await redis.stop();
});

async function publish(directory: string, names: string[]): Promise<void> {
  await mkdir(directory);
  for (const name of names)
    await writeFile(join(directory, `${name.replace('/', '-')}.json`), redirectText(name, ['latest']));
}

const statusOf = async (name: string): Promise<number> =>
  (await request(davits[1]?.url ?? '', { path: `/v2/${name}/manifests/latest`, headers: [['Accept', SCHEMA2]] }))
    .status;
const isReady = async (davit: Davit | undefined): Promise<boolean> =>
  (await request(davit?.url ?? '', { path: '/readyz' })).status === 200;

it('fronts go on as if nothing had happened; when there is a directory again, it is the truth', async () => {
  const [writer, front] = davits;
  await until('the front knows both', async () => (await statusOf('demo/goes')) === 302);
  await rename(dataDir, `${dataDir}.gone`);
  writer?.signal('SIGHUP');
  await until('the writer knows nothing any more', async () => !(await isReady(writer)));
  // Longer than the writer takes to notice, to end its term and to begin another one.
  const statuses = new Set<number>();
  const endAt = performance.now() + 3000;
  await until('three seconds have passed', async () => {
    for (const name of ['demo/stays', 'demo/goes']) statuses.add(await statusOf(name));
    return performance.now() > endAt;
  });
  expect([...statuses]).toEqual([302]);
  expect(await isReady(front)).toBe(true);

  await rm(`${dataDir}.gone`, { recursive: true });
  await publish(dataDir, ['demo/stays', 'demo/new']);
  const areTrue = async (): Promise<boolean> =>
    (await statusOf('demo/new')) === 302 &&
    (await statusOf('demo/goes')) === 404 &&
    (await statusOf('demo/stays')) === 302;
  await until('the new directory is served', areTrue, { timeoutMs: 60_000 });
});
