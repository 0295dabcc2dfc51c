/**
 * `davit index` at a terminal, which script(1) makes: whatever happens while Redis is filled, the progress bar goes, no line of the log is
 * torn, and the terminal is left as it was.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { redirectText } from '../load/loading';
import { projectRoot } from '../support/project-root';
import { startRedis, type RedisServer } from '../support/redis';
import { startService, type Service } from '../support/service';
import { createTemporaryDirectory } from '../support/temporary-directory';
import { readScreen } from '../support/terminal-screen';
import { until } from '../support/until';

const program = join(projectRoot(), 'dist/main.js');
/** So many that what is done when the bar is seen is done long before the end. */
const COUNT = 3000;
const LEASE = 'davit:1:{lease}:holder';
const folder = createTemporaryDirectory();
beforeAll(() => {
  for (let n = 0; n < COUNT; n++) writeFileSync(join(folder, `${n}.json`), redirectText(`demo/r${n}`, ['latest']));
});

let [redis, davit]: [RedisServer | undefined, Service | undefined] = [undefined, undefined];
let isRunning = false;
afterEach(async () => {
  // script(1) ends with what it has started.
  if (isRunning) process.kill(pidOf(davit as Service), 'SIGKILL');
  await davit?.ended;
  await redis?.stop();
});

/** Resolves when the bar can be seen. */
async function start(): Promise<{ redis: RedisServer; davit: Service }> {
  const startedRedis = (redis = await startRedis());
  const inherited = Object.entries(process.env).filter(([name]) => !/^(DAVIT|CRANE)_/.test(name));
  const command = `exec '${process.execPath}' '${program}' index --data-dir '${folder}'`;
  const startedDavit = (davit = await startService({
    name: 'davit index',
    command: 'script',
    // So wide that no line is wrapped.
    args: ['-qefc', `stty cols 400; echo process $$; ${command}`, '/dev/null'],
    env: { ...Object.fromEntries(inherited), SHELL: '/bin/sh', DAVIT_REDIS_URL: startedRedis.url },
    isReady: (output) => output.includes(` of ${COUNT} names`),
  }));
  isRunning = true;
  void startedDavit.ended.then(() => (isRunning = false));
  return { redis: startedRedis, davit: startedDavit };
}

const pidOf = (service: Service): number => Number(/^process (\d+)/.exec(service.output())?.[1]);

const awaitWord = (service: Service, word: string, from = 0): Promise<number> =>
  until(`the log says: ${word}`, () => service.output().slice(from).includes(word), { timeoutMs: 30_000 });

/** The log and nothing else, and the cursor below it. */
function expectCleanTerminal(service: Service): void {
  const { lines, column, leftModes } = readScreen(service.output());
  const others = lines.filter((line) => !/^\d{4}-\d\d-\d\dT[\d:.]+Z (info|warn|error) +\S/.test(line));
  expect(others).toEqual([`process ${pidOf(service)}`]);
  expect({ column, leftModes }).toEqual({ column: 0, leftModes: [] });
}

it('shows a bar until the index is current', async () => {
  const { davit } = await start();
  await awaitWord(davit, 'the index in Redis is current');

  expectCleanTerminal(davit);
  process.kill(pidOf(davit), 'SIGTERM');
  expect(await davit.ended).toBe(0);
  expectCleanTerminal(davit);
});

it.each(['SIGTERM', 'SIGINT'] as const)('ends with %s in the middle', async (signal) => {
  for (let attempt = 1; ; attempt++) {
    const { redis, davit } = await start();
    redis.pause();
    process.kill(pidOf(davit), signal);

    expect(await davit.ended).toBe(0);
    expect(davit.output()).toContain('stopping');
    expectCleanTerminal(davit);
    if (!davit.output().includes('is current')) break;
    // It was at its end before this process could stop it: once more.
    expect(attempt).toBeLessThan(5);
    await redis.stop();
  }
});

it('has no bar while Redis is gone in the middle, and a new one when it is back', async () => {
  const { redis, davit } = await start();
  await redis.kill();
  await awaitWord(davit, 'the index in Redis cannot be written');

  expectCleanTerminal(davit);
  const from = davit.output().length;
  await redis.restart();
  await awaitWord(davit, 'the index in Redis is current', from);
  expect(davit.output().slice(from)).toContain(` of ${COUNT} names`);
  expectCleanTerminal(davit);
});

it('has no bar while another writer has taken the lease', async () => {
  const { redis, davit } = await start();
  await redis.run('SET', LEASE, 'another writer');
  await awaitWord(davit, 'another writer keeps the index');

  expectCleanTerminal(davit);
  const from = davit.output().length;
  await redis.run('DEL', LEASE);
  await awaitWord(davit, 'the index in Redis is current', from);
  expectCleanTerminal(davit);
});
