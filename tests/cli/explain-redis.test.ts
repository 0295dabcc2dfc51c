/** `davit explain` where fronts read their index from Redis: it asks the same. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { createDocument, parseRepository } from '../redirects/documents';
import { openPair, type Pair } from '../store/redis/whole-index';
import { settingsOf } from '../store/redis/settings-of';
import { projectRoot } from '../support/project-root';
import { startRedis, type RedisServer } from '../support/redis';
import { createTemporaryDirectory } from '../support/temporary-directory';
import { until } from '../support/until';

const program = join(projectRoot(), 'dist/main.js');

let redis: RedisServer;
let pair: Pair;
let conf: string;
beforeAll(async () => {
  redis = await startRedis({ password: 'secret' });
  pair = await openPair(settingsOf(redis.url), { prefix: 'davit' });
  const repository = parseRepository(createDocument(4, { 'repo-registry-id': 'demo/hello' }));
  await pair.index.put({ file: '/f.json', modifiedMs: 0, repository });
  conf = join(createTemporaryDirectory(), 'crane.conf');
  writeFileSync(conf, '[general]\n');
});
afterAll(async () => {
  await pair.close();
  await redis.stop();
});

/** The built program: it brings ioredis only when it is needed, which ts-jest cannot do. */
async function explain(url: string, path: string): Promise<{ exitCode: number | null; out: string; err: string }> {
  // Patient, as a machine that is busy with other tests may be late with its answer.
  const redisSettings = { DAVIT_REDIS_URL: url, DAVIT_REDIS_LOOKUP_TIMEOUT: '10' };
  const environment = { PATH: process.env['PATH'], CRANE_CONFIG_PATH: conf, ...redisSettings };
  const child = spawn(process.execPath, [program, 'explain', 'GET', path], { env: environment });
  const [out, err] = [text(child.stdout), text(child.stderr)];
  const [exitCode] = (await once(child, 'close')) as [number | null];
  return { exitCode, out: await out, err: (await err).trimEnd() };
}

it.each([
  ['/v2/demo/hello/manifests/latest', '302', '5a'],
  ['/v2/no/such/manifests/latest', '404', '1'],
  ['/v2/_catalog', '200', 'catalog'],
])('%s is %s by rule %s', async (path, status) => {
  let told = await explain(redis.url, path);
  // It waits two seconds for Redis at most, and says so: a machine that is busy with other tests may need longer.
  await until('Redis has answered in time', async () => {
    if (told.err !== '') told = await explain(redis.url, path);
    return told.err === '';
  });
  expect(told.exitCode).toBe(0);
  expect(told.out).toContain(`status    ${status}`);
});

it('says that Redis refuses, and that the answer would be 503', async () => {
  const { exitCode, out, err } = await explain(redis.url.replace('secret', 'wrong'), '/v2/demo/hello/manifests/latest');
  expect([exitCode, err]).toEqual([0, expect.stringMatching(/^davit: Redis is (unreachable|refusing): /) as string]);
  expect(out).toContain('status    503');
  expect(out + err).not.toContain('wrong');
});
