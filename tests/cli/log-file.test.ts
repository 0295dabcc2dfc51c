/** A log file that cannot be written: told once, tried again, written again; whatever happens, nothing is thrown. */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, WriteStream } from 'node:fs';
import { join } from 'node:path';
import { LogFile } from '../../app/cli/log-file';
import { createTemporaryDirectory } from '../support/temporary-directory';
import { until } from '../support/until';

interface Watched {
  log: LogFile;
  events: string[];
  clock: { nowMs: number };
}

const opened: LogFile[] = [];
afterEach(() => {
  jest.restoreAllMocks();
  opened.splice(0).forEach((log) => log.close());
});

function open(path: string): Watched {
  const events: string[] = [];
  const clock = { nowMs: 1000 };
  const log = new LogFile(
    path,
    { onBroken: ({ message }) => events.push(message), onWrittenAgain: () => events.push('written again') },
    () => clock.nowMs,
  );
  opened.push(log);
  return { log, events, clock };
}

const holds = (path: string, text: string): Promise<number> =>
  until(`${path} holds ${text}`, () => existsSync(path) && readFileSync(path, 'utf8') === text);

it('follows a file that was moved away when it is told, and not before', async () => {
  const path = join(createTemporaryDirectory(), 'access.log');
  const { log, events } = open(path);
  log.write('one\n');
  await holds(path, 'one\n');
  renameSync(path, `${path}.1`);
  log.write('two\n');
  await holds(`${path}.1`, 'one\ntwo\n');
  log.reopen();
  log.write('three\n');
  await holds(path, 'three\n');
  expect(events).toEqual([]);
});

it('writes lines together, in their order, soon or when there are many', async () => {
  const path = join(createTemporaryDirectory(), 'access.log');
  const { log } = open(path);
  const lines = Array.from({ length: 5000 }, (_, number) => `${number} ${'x'.repeat(40)}\n`);
  const writes = jest.spyOn(WriteStream.prototype, 'write');
  for (const line of lines) log.write(line);
  await holds(path, lines.join(''));
  expect(writes.mock.calls.length).toBeLessThan(lines.length / 100);
  log.write('one more\n');
  await holds(path, `${lines.join('')}one more\n`);
});

it('writes what it has gathered when it is closed', async () => {
  const path = join(createTemporaryDirectory(), 'access.log');
  const { log, events } = open(path);
  log.write('the last line\n');
  log.close();
  await holds(path, 'the last line\n');
  expect(events).toEqual([]);
});

describe('in a directory that is not there', () => {
  const broken = (path: string): string => `cannot write ${path}; lines are lost until it can be written`;

  it('says so once, and is written again by itself, not sooner than after two seconds', async () => {
    const directory = join(createTemporaryDirectory(), 'log');
    const path = join(directory, 'access.log');
    const { log, events, clock } = open(path);
    await until('it says so', () => events.length > 0);
    mkdirSync(directory);
    clock.nowMs += 1999;
    log.write('lost, although it could be written\n');
    clock.nowMs += 1;
    log.write('kept\n');
    await until('it says so', () => events.length > 1);
    log.write('and so on\n');
    await holds(path, 'kept\nand so on\n');
    expect(events).toEqual([broken(path), 'written again']);
  });

  it('is tried again at once when it is reopened', async () => {
    const directory = join(createTemporaryDirectory(), 'log');
    const path = join(directory, 'access.log');
    const { log, events } = open(path);
    await until('it says so', () => events.length > 0);
    mkdirSync(directory);
    log.reopen();
    log.write('kept\n');
    await holds(path, 'kept\n');
    await until('it says so', () => events.length > 1);
    expect(events).toEqual([broken(path), 'written again']);
  });

  it('says so again when it breaks again', async () => {
    const directory = join(createTemporaryDirectory(), 'log');
    const path = join(directory, 'access.log');
    mkdirSync(directory);
    const { log, events, clock } = open(path);
    for (const times of [1, 2]) {
      rmSync(directory, { recursive: true });
      log.reopen();
      await until('it says so', () => events.length === 2 * times - 1);
      mkdirSync(directory);
      clock.nowMs += 2000;
      log.write('kept\n');
      await until('it says so', () => events.length === 2 * times);
    }
    expect(events).toEqual([broken(path), 'written again', broken(path), 'written again']);
  });
});
