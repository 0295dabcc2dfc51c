/** What watching tells, and what it costs: an event is passed on, and nothing is listed or looked at. */
import fs, { mkdirSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import files from 'node:fs/promises';
import { join } from 'node:path';
import { FSWatcher } from 'chokidar';
import { WatchedDirectories } from '../../app/load/watched-directories';
import { createTemporaryDirectory } from '../support/temporary-directory';
import { until } from '../support/until';

const ended: (() => void)[] = [];

afterEach(() => {
  for (const end of ended.splice(0)) end();
  jest.restoreAllMocks();
});

function startWatching(...directories: string[]): {
  directories: WatchedDirectories;
  seen: string[];
  watchedCount: () => number;
} {
  const seen: string[] = [];
  let watched = 0;
  const watching = new WatchedDirectories({
    onEvent: (directory, name) => seen.push(join(directory, name ?? '?')),
    onWatched: () => watched++,
  });
  watching.cover(new Map(directories.map((directory) => [directory, 'first'])));
  ended.push(() => watching.cover(new Map()));
  return { directories: watching, seen, watchedCount: () => watched };
}

/** How often something was listed or looked at since. */
function countLooks(): () => number {
  const spies = [jest.spyOn(files, 'readdir'), jest.spyOn(files, 'lstat'), jest.spyOn(files, 'stat')];
  return () => spies.reduce((sum, spy) => sum + spy.mock.calls.length, 0);
}

it('an event is told, and nothing is listed because of it', async () => {
  const directory = createTemporaryDirectory();
  const { seen, watchedCount } = startWatching(directory);
  await until('it is watched', () => watchedCount() === 1);
  const looks = countLooks();
  writeFileSync(join(directory, 'a.json'), '');
  await until('the event is told', () => seen.includes(join(directory, 'a.json')));
  expect(looks()).toBe(0);
});

it('chokidar by itself is seen to list', async () => {
  const directory = createTemporaryDirectory();
  const watcher = new FSWatcher({ ignoreInitial: true });
  ended.push(() => void watcher.close());
  let isReady = false;
  watcher.on('ready', () => (isReady = true));
  watcher.add(directory);
  await until('it is watched', () => isReady);
  const looks = countLooks();
  writeFileSync(join(directory, 'a.json'), '');
  await until('the directory is listed', () => looks() > 0);
  expect(looks()).toBeGreaterThan(0);
});

it('a directory that is no longer to be watched is not', async () => {
  const [left, kept] = [createTemporaryDirectory(), createTemporaryDirectory()];
  const { directories, seen, watchedCount } = startWatching(left, kept);
  await until('both are watched', () => watchedCount() === 2);
  directories.cover(new Map([[kept, 'first']]));
  for (const directory of [left, kept]) writeFileSync(join(directory, 'a.json'), '');
  await until('an event is told', () => seen.includes(join(kept, 'a.json')));
  expect(seen.filter((path) => path.startsWith(left))).toEqual([]);
});

it('a directory in the place of another one is watched, whether its identity tells or not', async () => {
  const directory = join(createTemporaryDirectory(), 'directory');
  mkdirSync(directory);
  const { directories, seen, watchedCount } = startWatching(directory);
  await until('it is watched', () => watchedCount() === 1);
  for (const [turn, identity] of ['first', 'second'].entries()) {
    rmSync(directory, { recursive: true });
    mkdirSync(directory);
    await until('its end is told', () => seen.includes(join(directory, 'directory')));
    directories.cover(new Map([[directory, identity]]));
    await until('it is watched again', () => watchedCount() === turn + 2);
    writeFileSync(join(directory, 'a.json'), '');
    await until('an event is told', () => seen.includes(join(directory, 'a.json')));
    expect(watchedCount()).toBe(turn + 2);
    seen.length = 0;
  }
});

it('a directory that is not there can be watched later', async () => {
  const directory = join(createTemporaryDirectory(), 'later');
  const { directories, seen, watchedCount } = startWatching(directory);
  await until('it was tried', () => watchedCount() === 1);
  directories.cover(new Map());
  mkdirSync(directory);
  directories.cover(new Map([[directory, 'second']]));
  await until('it is watched', () => watchedCount() === 2);
  writeFileSync(join(directory, 'a.json'), '');
  await until('the event is told', () => seen.includes(join(directory, 'a.json')));
  expect(watchedCount()).toBe(2);
});

describe('what cannot be watched', () => {
  /** Where a directory was a moment ago. */
  function createLoop(): string {
    const directory = join(createTemporaryDirectory(), 'loop');
    symlinkSync('loop', directory);
    return directory;
  }

  /** Watchers end when they fail. */
  function countEnds(): () => number {
    const spy = jest.spyOn(FSWatcher.prototype, 'close');
    return () => spy.mock.calls.length;
  }

  async function expectWatchedAtNextLook(
    { directories, seen, watchedCount }: ReturnType<typeof startWatching>,
    directory: string,
  ): Promise<void> {
    // A look at everything because of it would try again, and so on without end.
    expect(watchedCount()).toBe(0);
    directories.cover(new Map([[directory, 'first']]));
    await until('it is watched', () => watchedCount() === 1);
    writeFileSync(join(directory, 'a.json'), '');
    await until('the event is told', () => seen.includes(join(directory, 'a.json')));
  }

  it('is tried again at the next look at everything', async () => {
    const directory = createLoop();
    const ends = countEnds();
    const watching = startWatching(directory);
    await until('it has failed', () => ends() === 1);
    unlinkSync(directory);
    mkdirSync(directory);
    await expectWatchedAtNextLook(watching, directory);
    expect(ends()).toBe(1);
  });

  it('because no watches are left, too', async () => {
    const directory = createTemporaryDirectory();
    const ends = countEnds();
    const spy = jest.spyOn(fs, 'watch').mockImplementationOnce(() => {
      throw Object.assign(new Error('System limit for number of file watchers reached'), { code: 'ENOSPC' });
    });
    const watching = startWatching(directory);
    await until('it has failed', () => ends() === 1);
    expect(spy).toHaveBeenCalledTimes(1);
    await expectWatchedAtNextLook(watching, directory);
  });

  it('and a watch that fails later', async () => {
    const directory = createTemporaryDirectory();
    const spy = jest.spyOn(fs, 'watch');
    const watching = startWatching(directory);
    await until('it is watched', () => watching.watchedCount() === 1);
    const failing = spy.mock.results[0]?.value as fs.FSWatcher;
    failing.emit('error', Object.assign(new Error('Input/output error'), { code: 'EIO' }));
    watching.directories.cover(new Map([[directory, 'first']]));
    await until('it is watched again', () => watching.watchedCount() === 2);
    writeFileSync(join(directory, 'a.json'), '');
    await until('the event is told', () => watching.seen.includes(join(directory, 'a.json')));
    expect(watching.seen.every((path) => path === join(directory, 'a.json'))).toBe(true);
  });

  it('and is no longer to be', async () => {
    const faults = jest.spyOn(FSWatcher.prototype, '_handleError');
    startWatching(createLoop()).directories.cover(new Map());
    await until('it has failed', () => faults.mock.results.length === 1);
    expect(faults.mock.results.map(({ type }) => type)).toEqual(['return']);
  });
});
