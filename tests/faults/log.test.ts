/** Faults of what is written to, with requests running: every request is answered, whether or not it can be logged. */
import { existsSync, mkdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { startDavit, type CraneConf, type Davit } from '../support/davit';
import { saidOf } from '../support/log-lines';
import { createTemporaryDirectory } from '../support/temporary-directory';
import { until } from '../support/until';
import { SEEN_MS, timeUntilSeen } from './seen-in-time';
import { NAMES, Site } from './site';
import { createSmallDisk, type SmallDisk } from './small-disk';
import { SteadyRequests } from './steady-requests';

jest.setTimeout(120_000);

let davit: Davit | undefined;
let requests: SteadyRequests | undefined;
let disk: SmallDisk | undefined;

afterEach(async () => {
  await requests?.stop();
  await davit?.stop();
  await disk?.remove();
  davit = requests = disk = undefined;
});

interface Started {
  site: Site;
  running: Davit;
  stream: SteadyRequests;
}

async function start(config: CraneConf = {}, redirection = ''): Promise<Started> {
  const site = new Site(join(createTemporaryDirectory(), 'data'));
  davit = await startDavit({ config: { general: { data_dir: site.dataDir }, ...config }, redirection });
  requests = new SteadyRequests(davit.url, site.published);
  await requests.untilLatest();
  return { site, running: davit, stream: requests };
}

/** Requests, publications, the operator's word, a graceful end: all of it is logged, or would be. */
async function expectServing({ site, running, stream }: Started): Promise<void> {
  await stream.more(150);
  const publishAll = (): void => NAMES.forEach((name) => site.publish(name));
  expect(await timeUntilSeen([stream], publishAll)).toBeLessThan(SEEN_MS);
  running.signal('SIGHUP');
  await stream.more(150);
  expect(await stream.stop()).toEqual([]);
  running.signal('SIGTERM');
  expect(await running.ended).toBe(0);
}

const sizeOf = (path: string): number => (existsSync(path) ? statSync(path).size : 0);

describe('the access log', () => {
  it('on a disk that is full: told once, and written again when there is room', async () => {
    disk = createSmallDisk();
    const { log, fill, free } = disk;
    const started = await start({ log: { access: log } });
    const { running, stream } = started;
    for (const round of [1, 2]) {
      fill(running);
      await until('it says so', () => saidOf(running, 'access log').length === round);
      await stream.more(200);
      free();
      await until('it says so', () => saidOf(running, 'access log is written again').length === round);
      await until('lines come', () => sizeOf(log) > 1000);
    }
    await expectServing(started);
    expect(saidOf(running, 'access log')).toHaveLength(2);
  });

  it('that was moved away is written where it went, and anew after SIGHUP', async () => {
    const access = join(createTemporaryDirectory(), 'access.log');
    const started = await start({ log: { access } });
    const { running, stream } = started;
    await until('lines come', () => sizeOf(access) > 0);
    renameSync(access, `${access}.1`);
    const size = sizeOf(`${access}.1`);
    await stream.more(100);
    await until('lines go where it went', () => sizeOf(`${access}.1`) > size);
    expect(existsSync(access)).toBe(false);
    running.signal('SIGHUP');
    await until('there is a new one', () => sizeOf(access) > 0);
    await expectServing(started);
    // No line is torn or lost: both together have one for each request.
    const readLines = (): string[] =>
      [`${access}.1`, access].flatMap((path) => readFileSync(path, 'utf8').trimEnd().split('\n'));
    const countRequests = (): number => readLines().filter((line) => line.includes('/v2/')).length;
    await until('the last lines are written', () => countRequests() >= stream.answers);
    const lines = readLines();
    expect(
      lines.filter((line) => !/^127\.0\.0\.1 - - \[.*\] "GET \/.* HTTP\/1\.1" \d{3} .* \d+\.\d$/.test(line)),
    ).toEqual([]);
    expect(countRequests()).toBe(stream.answers);
  });

  it('whose directory is not there: told, and written when it is', async () => {
    const directory = join(createTemporaryDirectory(), 'log');
    const access = join(directory, 'access.log');
    const started = await start({ log: { access } });
    // What a program has written may come after its first answer.
    await until('it is told', () => saidOf(started.running, 'access log').length === 1);
    mkdirSync(directory);
    await until('it is written', () => sizeOf(access) > 0);
    await expectServing(started);
  });
});

describe.each([1, 2])('standard output and standard error, %d processes', (workers) => {
  const config = { log: { access: '-', level: 'debug' }, server: { workers } };

  it('are full', async () => {
    await expectServing(await start(config, '>/dev/full 2>/dev/full'));
    expect(davit?.output()).toBe('');
  });

  it.each(['closed', 'unread'] as const)('are pipes, and %s', async (how) => {
    const started = await start(config);
    started.running.abandonOutput(how);
    // More lines than a pipe holds.
    if (how === 'unread') await started.stream.more(800);
    await expectServing(started);
  });
});
