/** `davit index` as it is started: what it refuses, what it answers, and how it ends. */
import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { redirectText } from '../load/loading';
import { request } from '../support/http';
import { logLines } from '../support/log-lines';
import { findFreePort } from '../support/ports';
import { projectRoot } from '../support/project-root';
import { startRedis, type RedisServer } from '../support/redis';
import { startService, type Service } from '../support/service';
import { createTemporaryDirectory } from '../support/temporary-directory';
import { until } from '../support/until';

const program = join(projectRoot(), 'dist/main.js');
let redis: RedisServer;
let [folder, config] = ['', ''];
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());
beforeEach(() => {
  folder = createTemporaryDirectory();
  config = join(createTemporaryDirectory(), 'crane.conf');
  writeFileSync(join(folder, 'hello.json'), redirectText('demo/hello', ['latest']));
});

const configure = (...redisKeys: string[]): void =>
  writeFileSync(config, ['[general]', `data_dir: ${folder}`, '[redis]', ...redisKeys, ''].join('\n'));

const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(DAVIT|CRANE)_/.test(name)));

function refuse(): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, 'index', '--config', config], {
    encoding: 'utf8',
    env: inherited,
  });
  return { status, stdout, stderr };
}

it('refuses to start without a Redis', () => {
  configure();

  expect(refuse()).toEqual({
    status: 2,
    stdout: '',
    stderr: expect.stringContaining('[redis] url: must be set') as string,
  });
});

it('refuses to start with a password that cannot be read', () => {
  configure(`url: ${redis.url}`, `password_file: ${join(folder, 'missing')}`);

  expect(refuse()).toEqual({
    status: 2,
    stdout: '',
    stderr: expect.stringContaining('[redis] password_file: ') as string,
  });
});

describe('while it runs', () => {
  let [service, port]: [Service | undefined, number] = [undefined, 0];
  const isCurrent = async (): Promise<boolean> => {
    const answer = await request(`http://127.0.0.1:${port}`, { path: '/readyz' }).catch(() => undefined);
    return answer?.body.includes('"current"') ?? false;
  };
  const start = async (isReady: (output: string) => boolean | Promise<boolean> = isCurrent): Promise<Service> => {
    configure(`url: ${redis.url}`);
    port = await findFreePort();
    service = await startService({
      name: 'davit index',
      command: process.execPath,
      args: [program, 'index', '--config', config, '--listen', `127.0.0.1:${port}`],
      env: inherited,
      isReady,
    });
    return service;
  };
  afterEach(() => service?.stop());

  it('answers how it is doing, and no pulls', async () => {
    await start();
    const ask = (path: string): ReturnType<typeof request> => request(`http://127.0.0.1:${port}`, { path });

    expect(JSON.parse(String((await ask('/readyz')).body))).toMatchObject({
      status: 'ready',
      redis: { writing: { state: 'current', reason: '' } },
    });
    expect((await ask('/healthz')).status).toBe(200);
    expect(String((await ask('/metrics')).body)).toContain('davit_');
    expect((await ask('/v2/demo/hello/manifests/latest')).status).toBe(404);
  });

  it('writes what is published, and takes out what is gone', async () => {
    await start();
    const count = async (): Promise<number> => Number(await redis.run('ZCARD', 'davit:1:{catalog}:2n'));
    expect(await count()).toBe(1);
    writeFileSync(join(folder, 'more.json'), redirectText('demo/more', ['latest']));

    await until('the second repository is listed', async () => (await count()) === 2);
    rmSync(join(folder, 'more.json'));
    await until('it is listed no more', async () => (await count()) === 1);
  });

  it('does not say that it has started when it is stopped while it reads', async () => {
    for (let n = 0; n < 2000; n++) writeFileSync(join(folder, `${n}.json`), redirectText(`demo/r${n}`, ['latest']));
    const started = await start((output) => output.includes('"listening"'));

    expect(await started.stop()).toBe(0);
    const messages = logLines(started).map(({ message }) => message);
    expect(messages.slice(messages.indexOf('stopping'))).toEqual(['stopping']);
  });

  it('ends with SIGTERM, gives the lease back, and shows no progress where there is no terminal', async () => {
    const started = await start();

    expect(await redis.run('EXISTS', 'davit:1:{lease}:holder')).toBe('1');
    expect(await started.stop()).toBe(0);
    expect(await redis.run('EXISTS', 'davit:1:{lease}:holder')).toBe('0');
    expect(started.output()).not.toContain('\u001b');
    expect(started.output()).not.toContain('%');
  });
});
