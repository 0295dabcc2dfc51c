/** Files that change while they are watched: the last good value stays in service, and mistakes are told once. */
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import files from 'node:fs/promises';
import { join } from 'node:path';
import {
  watchText,
  watchTexts,
  type ParsedText,
  type WatchedText,
  type WatchTextOptions,
} from '../../app/access/files/watched-text';
import { createTemporaryDirectory } from '../support/temporary-directory';
import { until } from '../support/until';

/** So long that a test never sees a look that it did not wait for. */
const NEVER_MS = 3_600_000;
/** For changes that are done at once: a look may come at any time. */
const OFTEN = { intervalMs: 5, settleMs: 2 };
/** For a change in more than one step that comes right at the start. */
const CALMLY = { intervalMs: 5, settleMs: 100 };

/** In seconds since 1970. */
const LONG_AGO = 1_000_000_000;

/** Good texts begin with "good"; a "?" in them is worth a warning. */
const parse = (text: string): ParsedText<string> =>
  text.startsWith('good')
    ? { kind: 'parsed', value: text, warnings: text.includes('?') ? ['has a question mark'] : [] }
    : { kind: 'refused', mistakes: [`says ${JSON.stringify(text.slice(0, 20))}`] };

const watched: WatchedText<unknown>[] = [];

afterEach(async () => {
  await Promise.all(watched.splice(0).map((watch) => watch.close()));
});

async function expectWatched(options: WatchTextOptions<string>): Promise<WatchedText<string>> {
  const first = await watchText(options);
  if (first.kind === 'refused') throw new Error(first.mistakes.join('\n'));
  watched.push(first.watched);
  return first.watched;
}

interface Watching {
  watch: WatchedText<string>;
  path: string;
  parsed: string[];
  changes: { value: string; warnings: string[] }[];
  mistakes: string[];
}

async function startWatching(
  options: Partial<WatchTextOptions<string>> = {},
  path = join(createTemporaryDirectory(), 'file'),
): Promise<Watching> {
  const told = { parsed: [] as string[], changes: [] as Watching['changes'], mistakes: [] as string[] };
  writeFileSync(path, 'good 1');
  const judge = options.parse ?? parse;
  const watch = await expectWatched({
    path,
    onChange: (value, warnings) => told.changes.push({ value, warnings }),
    onMistake: (mistakes) => told.mistakes.push(...mistakes),
    intervalMs: NEVER_MS,
    ...options,
    parse: (text) => {
      told.parsed.push(text);
      return judge(text);
    },
  });
  return { watch, path, ...told };
}

/** Replaces a file as careful writers do; neither its size nor its time need tell. */
function replace(path: string, text: string): void {
  writeFileSync(`${path}.new`, text);
  utimesSync(`${path}.new`, LONG_AGO, LONG_AGO);
  renameSync(`${path}.new`, path);
}

describe('the first reading', () => {
  const read = (path: string) => watchText({ path, parse, onMistake: () => undefined, intervalMs: NEVER_MS });

  const readFile = async (content: string | Buffer) => {
    const path = join(createTemporaryDirectory(), 'file');
    writeFileSync(path, content);
    return { path, first: await read(path) };
  };

  it.each<[what: string, content: string | Buffer, value: string, warnings: string[]]>([
    ['text', 'good', 'good', []],
    ['warnings', 'good?', 'good?', ['has a question mark']],
    ['UTF-8 behind a byte order mark', '\uFEFFgood ä€🐳', 'good ä€🐳', []],
    ['16 MiB', `good${'x'.repeat(16 * 1024 * 1024 - 4)}`, `good${'x'.repeat(16 * 1024 * 1024 - 4)}`, []],
  ])('gives %s', async (_what, content, value, warnings) => {
    const { first } = await readFile(content);
    if (first.kind === 'refused') throw new Error(first.mistakes.join());
    watched.push(first.watched);
    expect(first.watched.value === value).toBe(true);
    expect(first.warnings).toEqual(warnings);
  });

  it.each<[what: string, content: string | Buffer, reason: string]>([
    ['bytes that are not UTF-8', Buffer.from('good ä', 'latin1'), 'is not UTF-8 text'],
    ['more than 16 MiB', `good${'x'.repeat(16 * 1024 * 1024 - 3)}`, 'has more than 16777216 bytes'],
  ])('refuses %s', async (_what, content, reason) => {
    const { path, first } = await readFile(content);
    expect(first).toEqual({ kind: 'refused', mistakes: [`${path}: ${reason}`] });
  });

  it('passes on what the parser refuses', async () => {
    const { first } = await readFile('bad');
    expect(first).toEqual({ kind: 'refused', mistakes: ['says "bad"'] });
  });

  it.each<[what: string, make: (path: string) => void, reason: string]>([
    ['nothing', () => undefined, 'is not there'],
    ['a link that leads nowhere', (path) => symlinkSync('nowhere', path), 'is not there'],
    ['a link to itself', (path) => symlinkSync(path, path), 'cannot be read (ELOOP)'],
    ['a directory', (path) => mkdirSync(path), 'is not a regular file'],
    ['a FIFO that nobody writes to', (path) => void execFileSync('mkfifo', [path]), 'is not a regular file'],
  ])('refuses %s', async (_what, make, reason) => {
    const path = join(createTemporaryDirectory(), 'file');
    make(path);
    expect(await read(path)).toEqual({ kind: 'refused', mistakes: [`${path}: ${reason}`] });
  });
});

describe('a change is noticed', () => {
  it.each<[what: string, change: (path: string) => void]>([
    ['in place', (path) => writeFileSync(path, 'good 2')],
    ['by a new file', (path) => replace(path, 'good 2')],
    [
      'in place, with the old time set again',
      (path) => {
        writeFileSync(path, 'good 2');
        utimesSync(path, LONG_AGO, LONG_AGO);
      },
    ],
    [
      'by a link in place of the file',
      (path) => {
        writeFileSync(`${path}.target`, 'good 2');
        symlinkSync(`${path}.target`, `${path}.link`);
        renameSync(`${path}.link`, path);
      },
    ],
  ])('%s', async (_what, change) => {
    const { watch, path, changes, mistakes } = await startWatching(CALMLY);
    replace(path, 'good 0');
    await until('the file has been read since', () => watch.value === 'good 0');
    change(path);
    await until('the new value is in service', () => watch.value === 'good 2');
    expect(changes.map(({ value }) => value)).toEqual(['good 0', 'good 2']);
    expect(mistakes).toEqual([]);
  });

  it('by a swapped link to a directory, as Kubernetes does it', async () => {
    const directory = createTemporaryDirectory();
    for (const version of ['1', '2']) mkdirSync(join(directory, version));
    symlinkSync('1', join(directory, '..data'));
    symlinkSync('..data/file', join(directory, 'file'));
    writeFileSync(join(directory, '2', 'file'), 'good 2');
    const { watch, changes } = await startWatching(OFTEN, join(directory, 'file'));
    symlinkSync('2', join(directory, '..data.new'));
    renameSync(join(directory, '..data.new'), join(directory, '..data'));
    await until('the new value is in service', () => watch.value === 'good 2');
    expect(changes).toHaveLength(1);
  });

  it('with its warnings', async () => {
    const { watch, path, changes } = await startWatching(OFTEN);
    replace(path, 'good?');
    await until('the new value is in service', () => watch.value === 'good?');
    expect(changes).toEqual([{ value: 'good?', warnings: ['has a question mark'] }]);
  });

  it('within seconds, when nothing is said of how often to look, and nobody is told', async () => {
    const path = join(createTemporaryDirectory(), 'file');
    writeFileSync(path, 'good 1');
    const watch = await expectWatched({ path, parse, onMistake: () => undefined });
    replace(path, 'good 2');
    await until('the new value is in service', () => watch.value === 'good 2');
    expect(watch.value).toBe('good 2');
  });

  it('but not the same text again', async () => {
    const { watch, path, parsed, changes } = await startWatching(OFTEN);
    replace(path, 'good 1');
    appendFileSync(path, '');
    replace(path, 'good 1');
    await watch.reload();
    replace(path, 'good 2');
    await until('the new value is in service', () => watch.value === 'good 2');
    expect(parsed).toEqual(['good 1', 'good 2']);
    expect(changes).toHaveLength(1);
  });
});

describe('a bad file', () => {
  it('leaves the last good value in service, and is told of once', async () => {
    const { watch, path, parsed, changes, mistakes } = await startWatching(OFTEN);
    replace(path, 'bad 1');
    await until('the mistake is told', () => mistakes.length > 0);
    replace(path, 'bad 1');
    await watch.reload();
    await watch.reload();
    replace(path, 'bad 2');
    await until('the other mistake is told', () => mistakes.length > 1);
    expect(watch.value).toBe('good 1');
    replace(path, 'good 1');
    await until('the file is good again', () => changes.length > 0);
    expect(mistakes).toEqual(['says "bad 1"', 'says "bad 2"']);
    expect(changes).toEqual([{ value: 'good 1', warnings: [] }]);
    expect(parsed).toEqual(['good 1', 'bad 1', 'bad 2', 'good 1']);
  });

  it('that goes is told of each time that it goes', async () => {
    const { watch, path, changes, mistakes } = await startWatching(OFTEN);
    for (const count of [1, 2]) {
      rmSync(path);
      await until('the loss is told', () => mistakes.length === count);
      await watch.reload();
      expect(watch.value).toBe('good 1');
      replace(path, 'good 1');
      await until('it is back', () => changes.length === count);
    }
    expect(mistakes).toEqual(Array(2).fill(`${path}: is not there`));
  });

  it('that is a directory for a while is read when it is a file again', async () => {
    const { watch, path, mistakes } = await startWatching(OFTEN);
    rmSync(path);
    mkdirSync(path);
    await until('the mistake is told', () => mistakes.at(-1)?.endsWith('is not a regular file') === true);
    rmSync(path, { recursive: true });
    replace(path, 'good 2');
    await until('the new value is in service', () => watch.value === 'good 2');
    expect(watch.value).toBe('good 2');
  });
});

describe('a file that is being written', () => {
  const parseWhole = (text: string): ParsedText<string> =>
    text.endsWith('1') || text.endsWith('2') ? parse(text) : { kind: 'refused', mistakes: ['is cut'] };

  it('is not read before it rests', async () => {
    const { watch, path, parsed, mistakes } = await startWatching({ parse: parseWhole, intervalMs: 5, settleMs: 400 });
    writeFileSync(path, 'good');
    let length = 0;
    await until('most of it is written', () => {
      appendFileSync(path, '.');
      return ++length === 100;
    });
    appendFileSync(path, '2');
    await until('the new value is in service', () => watch.value.endsWith('2'));
    expect(parsed).toEqual(['good 1', `good${'.'.repeat(100)}2`]);
    expect(mistakes).toEqual([]);
  });

  it('is read again after a pause of its writer', async () => {
    const { watch, path, mistakes } = await startWatching({ ...OFTEN, parse: parseWhole });
    replace(path, 'good');
    await until('the mistake is told', () => mistakes.length > 0);
    expect(watch.value).toBe('good 1');
    appendFileSync(path, ' 2');
    await until('the new value is in service', () => watch.value === 'good 2');
    expect(mistakes).toEqual(['is cut']);
  });
});

describe('reload', () => {
  it('reads at once', async () => {
    const { watch, path, changes, mistakes } = await startWatching();
    replace(path, 'good 2');
    await watch.reload();
    expect(watch.value).toBe('good 2');
    replace(path, 'bad');
    await watch.reload();
    expect(watch.value).toBe('good 2');
    expect(changes).toHaveLength(1);
    expect(mistakes).toEqual(['says "bad"']);
  });

  it('reads once more when the file rests: it may have been half written', async () => {
    const opened = jest.spyOn(files, 'open');
    const { watch } = await startWatching(OFTEN);
    await until('the first reading is confirmed', () => opened.mock.calls.length === 2);
    await watch.reload();
    await until('the second reading is confirmed', () => opened.mock.calls.length === 4);
    expect(watch.value).toBe('good 1');
    opened.mockRestore();
  });

  it('asked for twice at once reads the last of it', async () => {
    const { watch, path, parsed } = await startWatching();
    replace(path, 'good 2');
    const reloads = [watch.reload(), watch.reload()];
    await reloads[0];
    replace(path, 'good 3');
    await Promise.all([...reloads, watch.reload()]);
    expect(watch.value).toBe('good 3');
    expect(parsed.at(-1)).toBe('good 3');
  });
});

describe('close', () => {
  it('ends watching, and what is asked for later does nothing', async () => {
    const { watch, path, parsed } = await startWatching(OFTEN);
    await watch.close();
    replace(path, 'good 2');
    await watch.reload();
    expect(watch.value).toBe('good 1');
    expect(parsed).toEqual(['good 1']);
  });

  it('waits for a look that is under way, and leaves no timer behind', async () => {
    const held: { release: () => void } = { release: () => undefined };
    const { watch, path, parsed } = await startWatching({
      ...OFTEN,
      parse: async (text) => {
        if (text === 'good 2') await new Promise<void>((resolve) => (held.release = resolve));
        return parse(text);
      },
    });
    replace(path, 'good 2');
    await until('the file is being parsed', () => parsed.includes('good 2'));
    const timers = jest.spyOn(globalThis, 'setTimeout');
    const closing = watch.close();
    expect(watch.value).toBe('good 1');
    held.release();
    await closing;
    expect(watch.value).toBe('good 2');
    expect(timers).not.toHaveBeenCalled();
    timers.mockRestore();
  });

  it('is not needed for the program to end', async () => {
    const timers = jest.spyOn(globalThis, 'setTimeout');
    await startWatching();
    expect(timers.mock.results.map(({ value }) => (value as NodeJS.Timeout).hasRef())).toEqual([false]);
    timers.mockRestore();
  });
});

describe('several files', () => {
  interface Tested {
    watch: WatchedText<string>;
    paths: string[];
    mistakes: string[][];
  }

  async function startWatchingSeveral(): Promise<Tested> {
    const directory = createTemporaryDirectory();
    const paths = ['b', 'a'].map((name) => join(directory, name));
    const mistakes: string[][] = [];
    for (const path of paths) writeFileSync(path, `good ${path.at(-1)}1`);
    const first = await watchTexts({
      paths,
      parse: (texts) => parse(texts.join(' + ')),
      onMistake: (told) => mistakes.push(told),
      ...OFTEN,
    });
    if (first.kind === 'refused') throw new Error(first.mistakes.join());
    watched.push(first.watched);
    return { watch: first.watched, paths, mistakes };
  }

  it('make one value, in the order of the paths', async () => {
    const { watch, paths } = await startWatchingSeveral();
    expect(watch.value).toBe('good b1 + good a1');
    replace(paths[1] as string, 'good a2');
    await until('the second is in service', () => watch.value === 'good b1 + good a2');
    replace(paths[0] as string, 'good b2');
    await until('the first is, too', () => watch.value === 'good b2 + good a2');
  });

  it('are told of together, with what is wrong about each', async () => {
    const { watch, paths, mistakes } = await startWatchingSeveral();
    for (const path of paths) rmSync(path);
    await until('the mistakes are told', () => mistakes.flat().length >= 2);
    expect(mistakes.at(-1)).toEqual(paths.map((path) => `${path}: is not there`));
    expect(watch.value).toBe('good b1 + good a1');
  });

  it('are refused together by the first reading', async () => {
    const path = join(createTemporaryDirectory(), 'file');
    writeFileSync(path, 'good');
    const first = await watchTexts({
      paths: [path, `${path}.missing`],
      parse: (texts) => parse(texts.join()),
      onMistake: () => undefined,
    });
    expect(first).toEqual({ kind: 'refused', mistakes: [`${path}.missing: is not there`] });
  });
});
