/** How workers and their primary end: killed, stopped, or never begun. */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { redirectText } from '../load/loading';
import { request } from '../support/http';
import { projectRoot } from '../support/project-root';
import { createTemporaryDirectory } from '../support/temporary-directory';
import { until } from '../support/until';
import { startWorkers, type Workers } from '../support/workers';

const DIGEST = `sha256:${'0'.repeat(64)}`;
/** More than the system buffers: as long as nobody reads, the request goes on. */
const SIZE_BYTES = 48 * 1024 * 1024;

let dataDir: string;
let workers: Workers | undefined;

beforeEach(() => {
  dataDir = createTemporaryDirectory();
  writeFileSync(join(dataDir, 'a.json'), redirectText('a', ['latest']));
});
afterEach(async () => {
  await workers?.stop();
  workers = undefined;
});

const start = async (config = {}): Promise<Workers> =>
  (workers = await startWorkers(2, { general: { data_dir: dataDir }, ...config }));

/** A download that has begun, and goes on when `finish` is called. */
async function startDownload(): Promise<{ running: Workers; finish: () => Promise<number> }> {
  const content = createTemporaryDirectory();
  mkdirSync(join(content, 'a/blobs'), { recursive: true });
  writeFileSync(join(content, 'a/blobs', DIGEST), '');
  truncateSync(join(content, 'a/blobs', DIGEST), SIZE_BYTES);
  const running = await start({ serve_content: { enable: true, use_x_sendfile: false, content_dir_v2: content } });
  const [response] = (await once(get(`${running.url}/v2/a/blobs/${DIGEST}`), 'response')) as [IncomingMessage];
  const finish = async (): Promise<number> => {
    let bytes = 0;
    for await (const chunk of response) bytes += (chunk as Buffer).length;
    return bytes;
  };
  return { running, finish };
}

/** Resolves when another worker listens in its place. */
async function kill(running: Workers, number: number): Promise<void> {
  const killed = running.pids().get(number) ?? 0;
  process.kill(killed, 'SIGKILL');
  await until('it is replaced', () => running.pids().get(number) !== killed, { timeoutMs: 30_000 });
}

/** What was waited for, in milliseconds, after each end of a worker. */
const restartDelays = ({ lines }: Workers): unknown[] =>
  lines()
    .filter(({ message }) => message === 'worker ended; starting another one')
    .map(({ delayMs }) => delayMs);

const isRefused = async ({ url }: Workers): Promise<boolean> =>
  request(url, { path: '/v2/' }).then(
    () => false,
    (error: unknown) => (error as NodeJS.ErrnoException).code === 'ECONNREFUSED',
  );

it('a worker that is killed under load costs its own connections only, and is replaced', async () => {
  const running = await start();
  const load = { isOn: true, answers: 0, failures: [] as string[] };
  const askOn = async (): Promise<void> => {
    while (load.isOn) {
      try {
        expect((await request(running.url, { path: '/v2/a/tags/list' })).status).toBe(200);
        load.answers++;
      } catch (error) {
        load.failures.push(String(error));
      }
    }
  };
  const clients = Array.from({ length: 8 }, askOn);
  try {
    for (const number of [1, 2]) {
      await until('requests are answered', () => load.answers > 200 * number, { timeoutMs: 30_000 });
      await kill(running, number);
    }
  } finally {
    load.isOn = false;
    await Promise.all(clients);
  }
  expect(restartDelays(running)).toEqual([0, 0]);
  // Each client has one connection at a time, and two workers were killed.
  expect(load.failures.length).toBeLessThanOrEqual(2 * clients.length);
  expect(load.failures.filter((failure) => !/ECONNRESET|socket hang up/.test(failure))).toEqual([]);
});

it('a worker that keeps dying is started ever later', async () => {
  const running = await start();
  for (const deaths of [1, 2, 3]) {
    await kill(running, 1);
    expect(restartDelays(running)).toEqual([0, 250, 500].slice(0, deaths));
  }
});

it('SIGTERM to one worker replaces it without a failed request', async () => {
  const running = await start();
  const asked = running.pids().get(1) ?? 0;
  process.kill(asked, 'SIGTERM');
  while (running.pids().get(1) === asked) {
    expect(await request(running.url, { path: '/v2/a/tags/list' })).toMatchObject({ status: 200 });
  }
});

it.each(['SIGTERM', 'SIGINT'] as const)(
  '%s: requests in flight are finished, and the exit code is 0',
  async (signal) => {
    const { running, finish } = await startDownload();
    running.signal(signal);
    await until('nothing listens', () => isRefused(running));
    expect(await finish()).toBe(SIZE_BYTES);
    expect(await running.ended).toBe(0);
    expect(running.output()).not.toContain('starting another one');
  },
);

it('workers whose primary vanishes finish their requests and end', async () => {
  const { running, finish } = await startDownload();
  running.signal('SIGKILL');
  await until('nothing listens', () => isRefused(running));
  expect(await finish()).toBe(SIZE_BYTES);
  // Resolves when the last process has closed its standard error.
  expect(await running.ended).toBeNull();
});

describe('what cannot start', () => {
  const run = (...flags: string[]) =>
    spawnSync(
      process.execPath,
      [join(projectRoot(), 'dist/main.js'), 'serve', '--workers', '2', '--data-dir', dataDir, ...flags],
      { encoding: 'utf8', timeout: 40_000, env: { CRANE_CONFIG_PATH: join(dataDir, 'crane.conf') } },
    );
  beforeEach(() => writeFileSync(join(dataDir, 'crane.conf'), '[general]\n'));

  it('says in one line that the port is in use, and ends', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = `127.0.0.1:${(other.address() as AddressInfo).port}`;
    const { status, stdout, stderr } = run('--listen', address);
    other.close();
    expect({ status, stdout, stderr }).toEqual({
      status: 1,
      stdout: '',
      stderr: `davit: cannot listen on ${address}: the port is in use\n`,
    });
  });

  it('says what is wrong with the configuration, once', () => {
    expect(run('--listen', '5000', '--workers', '65')).toMatchObject({
      status: 2,
      stdout: '',
      stderr: expect.stringMatching(
        /^davit: configuration: \[server\] listen .*\n.*\[server\] workers \(--workers\): must be a whole number from 1 to 64, not "65"\n$/,
      ) as string,
    });
  });
});
