/** Faults of the data directory, with requests running: nothing is answered that was never published, and nothing is missing. */
import { mkdirSync, renameSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startDavit, type Davit } from '../support/davit';
import { request } from '../support/http';
import { saidOf } from '../support/log-lines';
import { createTemporaryDirectory } from '../support/temporary-directory';
import { until } from '../support/until';
import { createOwnClock } from './own-clock';
import { SEEN_MS, timeUntilSeen } from './seen-in-time';
import { NAMES, Site } from './site';
import { SteadyRequests } from './steady-requests';
import { createVolume, type Volume } from './volume';

jest.setTimeout(120_000);

const DAY_MS = 86_400_000;

let davit: Davit | undefined;
let requests: SteadyRequests | undefined;
let volume: Volume | undefined;

afterEach(async () => {
  await requests?.stop();
  await davit?.stop();
  await volume?.remove();
  davit = requests = volume = undefined;
});

async function start(
  dataDir: string,
  { env = {} } = {},
): Promise<{ site: Site; running: Davit; stream: SteadyRequests }> {
  const site = new Site(dataDir);
  davit = await startDavit({ config: { general: { data_dir: dataDir } }, env });
  requests = new SteadyRequests(davit.url, site.published);
  await requests.untilLatest();
  return { site, running: davit, stream: requests };
}

const createDataDir = (): string => join(createTemporaryDirectory(), 'data');

const reports = (running: Davit, state: string): Promise<number> =>
  until(`the directory is ${state}`, async () => {
    const { body } = await request(running.url, { path: '/readyz' });
    return body.toString().includes(`"state":"${state}"`);
  });

it('unmounted, and mounted again: all goes on, and what is published then is seen', async () => {
  volume = createVolume();
  const { site, running, stream } = await start(volume.path);
  for (const round of [1, 2]) {
    await volume.detach();
    await reports(running, 'emptied');
    await stream.more(150);
    volume.attach();
    await reports(running, 'ok');
    const seenMs = await timeUntilSeen([stream], () => NAMES.forEach((name) => site.publish(name)));
    expect({ round, isSeenInTime: seenMs < SEEN_MS }).toEqual({ round, isSeenInTime: true });
  }
  expect(await stream.stop()).toEqual([]);
});

it('unmounted, while somebody publishes into the empty mount point', async () => {
  volume = createVolume();
  const { site, running, stream } = await start(volume.path);
  await volume.detach();
  await reports(running, 'emptied');
  const [first = ''] = NAMES;
  expect(await timeUntilSeen([stream], () => site.publish(first))).toBeLessThan(SEEN_MS);
  await stream.more(150);
  expect(await stream.stop()).toEqual([]);
});

it.each([
  ['emptied', (site: Site, running: Davit) => site.removeAll(running)],
  ['missing', ({ dataDir }: Site) => renameSync(dataDir, `${dataDir}-away`)],
])('%s, and filled again file by file', async (state, lose) => {
  const { site, running, stream } = await start(createDataDir());
  lose(site, running);
  await reports(running, state);
  mkdirSync(site.dataDir, { recursive: true });
  for (const name of NAMES) {
    expect(await timeUntilSeen([stream], () => site.publish(name))).toBeLessThan(SEEN_MS);
    // Far longer than removals are waited for.
    await stream.more(100);
  }
  await reports(running, 'ok');
  expect(await stream.stop()).toEqual([]);
});

it('half-written: the last good version stays, and the whole one is seen when it is there', async () => {
  const { site, running, stream } = await start(createDataDir());
  const before = NAMES.map((name) => ({ file: site.file(name), text: site.text(name) }));
  for (const [position, { file, text }] of before.entries()) {
    if (position % 3 === 0) truncateSync(file, text.length >> 1);
    else if (position % 3 === 1) writeFileSync(file, '');
    else writeFileSync(file, text.slice(0, -1));
  }
  const told = (): Set<unknown> =>
    new Set(saidOf(running, 'problem').map(({ problem }) => String(problem).split(':')[0]));
  await until('all are told', () => told().size === NAMES.length);
  await stream.more(150);
  const writeInPlace = (): void => NAMES.forEach((name) => writeFileSync(site.file(name), site.next(name)));
  expect(await timeUntilSeen([stream], writeInPlace)).toBeLessThan(SEEN_MS);
  expect(await stream.stop()).toEqual([]);
});

describe('the clock is set back', () => {
  it.each([
    [
      'renamed into place',
      (site: Site, name: string, at: Date) => {
        writeFileSync(`${site.file(name)}.new`, site.next(name));
        utimesSync(`${site.file(name)}.new`, at, at);
        renameSync(`${site.file(name)}.new`, site.file(name));
      },
    ],
    [
      'written in place',
      (site: Site, name: string, at: Date) => {
        writeFileSync(site.file(name), site.next(name));
        utimesSync(site.file(name), at, at);
      },
    ],
  ])('for who publishes: what is %s is older than what it replaces, and is seen', async (_how, publish) => {
    const { site, stream } = await start(createDataDir());
    for (const year of [2030, 2020, 2010, 1980]) {
      const publishAll = (): void => NAMES.forEach((name) => publish(site, name, new Date(`${year}-01-01`)));
      expect(await timeUntilSeen([stream], publishAll)).toBeLessThan(SEEN_MS);
    }
    expect(await stream.stop()).toEqual([]);
  });

  it('for the program, by a day: it goes on looking, and sees what is published', async () => {
    const clock = createOwnClock(DAY_MS);
    const { site, running, stream } = await start(createDataDir(), { env: clock.environment });
    for (const name of NAMES) site.publish(name);
    await stream.untilLatest();
    const before = Date.now();
    clock.setBack();
    await until('its clock is set back', clock.isSetBack);
    // What the events of the file system do not tell is found by the timers.
    NAMES.forEach((name) => truncateSync(site.file(name), 1));
    const isBack = (): boolean =>
      saidOf(running, 'problem').some(({ timestamp }) => Date.parse(String(timestamp)) < before - DAY_MS / 2);
    await until('it believes so', isBack);
    const writeInPlace = (): void => NAMES.forEach((name) => writeFileSync(site.file(name), site.next(name)));
    expect(await timeUntilSeen([stream], writeInPlace)).toBeLessThan(SEEN_MS);
    site.removeAll(running);
    await reports(running, 'emptied');
    const publishAll = (): void => NAMES.forEach((name) => site.publish(name));
    expect(await timeUntilSeen([stream], publishAll)).toBeLessThan(SEEN_MS);
    await reports(running, 'ok');
    expect(await stream.stop()).toEqual([]);
  });
});
