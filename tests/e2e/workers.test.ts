/** Several workers: they share the port, agree on the data, are replaced when they die, and stop together. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { redirectText } from '../load/loading';
import { bestRound } from '../support/best-round';
import { request } from '../support/http';
import { createTemporaryDirectory } from '../support/temporary-directory';
import { until } from '../support/until';
import { startWorkers, type Workers } from '../support/workers';

const NUMBERS = [1, 2];
const VISIBLE_MS = 1000;

let dataDir: string;
let workers: Workers | undefined;

beforeEach(() => {
  dataDir = join(createTemporaryDirectory(), 'data');
  mkdirSync(dataDir);
  publish('a');
});
afterEach(async () => {
  await workers?.stop();
  workers = undefined;
});

function publish(name: string): void {
  const file = join(dataDir, `${name}.json`);
  writeFileSync(`${file}.new`, redirectText(name, ['latest']));
  renameSync(`${file}.new`, file);
}

const start = async (config = {}): Promise<Workers> =>
  (workers = await startWorkers(NUMBERS.length, { general: { data_dir: dataDir }, ...config }));

const messagesOf = ({ lines }: Workers, worker: number): unknown[] =>
  lines()
    .filter((line) => line['worker'] === worker)
    .map(({ message }) => message);

it('all answer on one port, each with an index of its own', async () => {
  const running = await start();
  for (const number of NUMBERS) {
    expect(await running.ask(number, '/v2/a/tags/list')).toEqual({
      status: 200,
      body: '{"name":"a","tags":["latest"]}',
    });
    expect(messagesOf(running, number)).toContain('refreshed');
  }
  expect(running.lines().filter(({ message }) => message === 'started')).toEqual([
    expect.objectContaining({ workers: 2, dataDir, directory: 'ok', redirectFiles: 1, problems: 0 }),
  ]);
  expect(running.lines().filter(({ message }) => message === 'listening')).toHaveLength(1);
});

it('a publication is visible in all of them within a second', async () => {
  const running = await start();
  const know = async (name: string): Promise<boolean> => {
    const answers = await Promise.all(NUMBERS.map((number) => running.ask(number, `/v2/${name}/tags/list`)));
    return answers.every(({ status }) => status === 200);
  };
  for (const number of NUMBERS) await running.ask(number, '/v2/');
  // Reading gives way to whatever else the machine does.
  const measure = (round: number): Promise<number> => {
    publish(`new-${round}`);
    return until('all know it', () => know(`new-${round}`));
  };
  expect(await bestRound(VISIBLE_MS, measure, { mostRounds: 8 })).toBeLessThan(VISIBLE_MS);
});

it('metrics are those of all workers, and stay when one of them ends', async () => {
  const running = await start();
  for (const number of [1, 1, 1, 2, 2]) await running.ask(number, '/v2/a/manifests/unknown');
  for (const number of NUMBERS) {
    // A worker that does not tell within a second is left out once.
    let body = '';
    const isWhole = async (): Promise<boolean> => {
      ({ body } = await running.ask(number, '/metrics'));
      return /^davit_processes 2$/m.test(body);
    };
    await until('both have told', isWhole);
    expect(body).toMatch(/^davit_answers_total\{rule="7b"\} 5$/m);
    expect(body).toMatch(/^davit_redirect_files 1$/m);
  }
  const killed = running.pids().get(1) ?? 0;
  process.kill(killed, 'SIGKILL');
  await until('it is replaced', () => running.pids().get(1) !== killed, { timeoutMs: 30_000 });
  await running.ask(1, '/v2/a/manifests/unknown');
  const countsSix = async (): Promise<boolean> =>
    /^davit_answers_total\{rule="7b"\} 6$/m.test((await running.ask(2, '/metrics')).body);
  await until('what the one that ended has answered is counted, too', countsSix);
});

it('SIGHUP reaches all of them', async () => {
  const access = join(createTemporaryDirectory(), 'access.log');
  const running = await start({ log: { access } });
  for (const number of NUMBERS) await running.ask(number, `/v2/a/manifests/before-${number}`);
  const holds = (...words: string[]): boolean => {
    // Not there between the moment when it was moved away and the one when it is opened anew.
    const text = existsSync(access) ? readFileSync(access, 'utf8') : '';
    return words.every((word) => text.includes(word));
  };
  await until('both have written', () => holds('before-1', 'before-2'));
  renameSync(access, `${access}.1`);
  running.signal('SIGHUP');
  await until('both say so', () => NUMBERS.every((number) => messagesOf(running, number).includes('reload')));
  for (const number of NUMBERS) await running.ask(number, `/v2/a/manifests/after-${number}`);
  await until('both write the new file', () => holds('after-1', 'after-2'));
  expect(holds('before-')).toBe(false);
});

describe('a data directory that is missing', () => {
  it('is 503 from all of them until it appears', async () => {
    renameSync(dataDir, `${dataDir}-later`);
    const running = await start();
    const all = async (expected: number): Promise<boolean> => {
      const answers = await Promise.all(NUMBERS.map((number) => running.ask(number, '/readyz')));
      return answers.every(({ status }) => status === expected);
    };
    expect(await all(503)).toBe(true);
    renameSync(`${dataDir}-later`, dataDir);
    expect(await until('all are ready', () => all(200))).toBeGreaterThan(0);
  });

  it('makes no worker that comes later say 503 beside one that knows', async () => {
    const running = await start();
    renameSync(dataDir, `${dataDir}-later`);
    const killed = running.pids().get(1) ?? 0;
    process.kill(killed, 'SIGKILL');
    await until(
      'the new one finds nothing',
      () => running.lines().some(({ worker, message }) => worker === 1 && /cannot be read/.test(String(message))),
      { timeoutMs: 30_000 },
    );
    for (let asked = 0; asked < 20; asked++) {
      expect(await request(running.url, { path: '/v2/a/tags/list' })).toMatchObject({ status: 200 });
    }
    expect(running.pids().get(1)).toBe(killed);
    renameSync(`${dataDir}-later`, dataDir);
    await until('it listens', () => running.pids().get(1) !== killed, { timeoutMs: 30_000 });
    expect(await running.ask(1, '/v2/a/tags/list')).toMatchObject({ status: 200 });
  });
});
