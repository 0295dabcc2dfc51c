/** What a change costs among 2,000 files: it is looked at and read alone. */
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DirectoryReader } from '../../app/load/directory-reader';
import type { RedirectReader } from '../../app/load/refresh';
import { Refresher } from '../../app/load/refresh';
import { ThreadedReader } from '../../app/load/threaded-reader';
import { MemoryIndex } from '../../app/store/memory-index';
import { fileNameOf, nameOf, printRedirectFile, writeDataSet } from '../../scripts/bench/data-sets';
import { startLoading } from '../load/loading';
import { createTemporaryDirectory } from '../support/temporary-directory';
import { until } from '../support/until';
import { spyOnFiles } from './spy-on-files';

const FILES = 2000;
const CHANGED = 1234;

/** The reading thread leaves its processor to whoever wants it: beside other tests it needs long for so many files. */
jest.setTimeout(180_000);

afterEach(() => jest.restoreAllMocks());

function publishAgain(directory: string, tag: string): string {
  const file = join(directory, fileNameOf(CHANGED));
  const prepared = join(createTemporaryDirectory(), 'prepared');
  writeFileSync(prepared, printRedirectFile(CHANGED, 10, [tag]));
  renameSync(prepared, file);
  return file;
}

it('a refresh of one path asks the file system about that path only, and reads one file', async () => {
  const directory = createTemporaryDirectory();
  writeDataSet(directory, { repositories: FILES, references: 10 });
  const directoryReader = new DirectoryReader(directory);
  const readings: string[][] = [];
  const reader: RedirectReader = {
    look: (scope) => Promise.resolve(directoryReader.look(scope)),
    read: (files) => {
      readings.push(files);
      return Promise.resolve(files.map((file) => directoryReader.read(file)));
    },
    forget: () => Promise.reject(new Error('nothing is gone')),
  };
  const index = new MemoryIndex();
  const refresher = new Refresher(reader, index);
  await refresher.refresh({ scope: 'all', rereadsAll: false, acceptsLoss: false });
  expect(refresher.status.fileCount).toBe(FILES);

  const file = publishAgain(directory, 'fresh');
  readings.length = 0;
  const calls: { name: string; path: unknown }[] = [];
  spyOnFiles((call) => calls.push(call));
  directoryReader.note(file);
  await refresher.refresh({ scope: 'noted', rereadsAll: false, acceptsLoss: false });
  jest.restoreAllMocks();

  expect(index.find(nameOf(CHANGED), 'fresh').published).toBeDefined();
  expect(readings).toEqual([[file]]);
  const paths = calls.map(({ path }) => path).filter((path) => typeof path === 'string');
  // Where redirect files may be is asked, too.
  const roots = [directory, join(directory, 'v1/app'), join(directory, 'v2/app')];
  expect(paths.filter((path) => !roots.includes(path) && path !== file)).toEqual([]);
  expect(calls.filter(({ name }) => name.startsWith('readdir'))).toEqual([]);
  expect(calls.filter(({ name }) => name.startsWith('open'))).toEqual([{ name: 'openSync', path: file }]);
  expect(calls.length).toBeLessThanOrEqual(12);
});

it('an event of the file system leads to a look at what was noted, and to one reading', async () => {
  const directory = createTemporaryDirectory();
  writeDataSet(directory, { repositories: FILES, references: 10 });
  const look = jest.spyOn(ThreadedReader.prototype, 'look');
  const read = jest.spyOn(ThreadedReader.prototype, 'read');
  const { loader, index } = await startLoading(directory);
  // When the watch stands, everything is looked at once more.
  await until('the watch stands', () => look.mock.calls.length === 2, { timeoutMs: 60_000 });
  await loader.request('noted');
  look.mockClear();
  read.mockClear();

  const file = publishAgain(directory, 'fresh');
  await until('the change is served', () => index.find(nameOf(CHANGED), 'fresh').published !== undefined);
  expect(look.mock.calls.map(([scope]) => scope)).toEqual(['noted']);
  expect(await look.mock.results[0]?.value).toEqual({ kind: 'part', changed: [file], removed: [] });
  expect(read.mock.calls).toEqual([[[file]]]);
  expect(loader.status.lastRefresh).toMatchObject({ changed: 1, removed: 0 });
});
