/** A progress bar is for people: nothing of it is in what a service manager keeps. */
import type { EventEmitter } from 'node:events';
import { createProgressBar, type ProgressBar } from '../../app/cli/progress-bar';
import type { Io } from '../../app/cli/io';

const createIo = (isTerminal: boolean): Io => ({
  environment: {},
  print: () => undefined,
  complain: () => undefined,
  isTerminal,
  version: '1.2.3',
  beginServing: () => undefined,
});

/** Back to where it began, and the line is empty. */
const hasBarEnded = (): boolean => written.endsWith('\u001b8\u001b[1G\u001b[2K');

let written = '';
beforeEach(() => {
  written = '';
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
    written += String(text);
    return true;
  });
  // The bar asks its stream, and the tests run without a terminal.
  Object.defineProperty(process.stderr, 'isTTY', { value: true, configurable: true });
});
afterEach(() => {
  jest.restoreAllMocks();
  for (const name of ['isTTY', 'columns']) Reflect.deleteProperty(process.stderr, name);
});

const create = (isTerminal = true): ProgressBar => createProgressBar('names', createIo(isTerminal));

it('counts up on a terminal, and goes when all is done', () => {
  const { show } = create();
  show(0, 40);
  show(10, 40);
  show(40, 40);

  expect(written).toContain('0% | 0 of 40 names | ? left');
  expect(hasBarEnded()).toBe(true);
});

it('writes nothing elsewhere but what others write', () => {
  const { show, writeAbove, hide, close } = create(false);
  for (const done of [0, 10, 40]) show(done, 40);
  writeAbove(() => process.stderr.write('a line\n'));
  hide();
  close();

  expect(written).toBe('a line\n');
});

it('is not begun for what is done already', () => {
  create().show(0, 0);

  expect(written).toBe('');
});

it('goes while nothing is counted, and comes back', () => {
  const { show, hide } = create();
  show(10, 40);
  hide();

  expect(hasBarEnded()).toBe(true);
  written = '';
  show(20, 40);
  expect(written).toContain('20 of 40 names');
  hide();
});

it('does not come back when it is closed', () => {
  const { show, close } = create();
  show(10, 40);
  close();

  expect(hasBarEnded()).toBe(true);
  written = '';
  show(20, 40);
  expect(written).toBe('');
});

it('is below what is written meanwhile', () => {
  const { show, writeAbove, close } = create();
  show(10, 40);
  written = '';
  writeAbove(() => process.stderr.write('a line\n'));

  expect(written.startsWith('\r\u001b[Ka line\n')).toBe(true);
  expect(written.slice(written.indexOf('\n'))).toContain('10 of 40 names');
  close();
});

it('goes before Node.js writes of an error that ends the process', () => {
  const before = process.listenerCount('uncaughtExceptionMonitor');
  const { show } = create();
  show(10, 40);
  (process as EventEmitter).emit('uncaughtExceptionMonitor', new Error('for the test'));

  expect(hasBarEnded()).toBe(true);
  expect(process.listenerCount('uncaughtExceptionMonitor')).toBe(before);
});

it('is no wider than the terminal, and changes nothing of it that a killed process would leave behind', () => {
  Object.defineProperty(process.stderr, 'columns', { value: 30, configurable: true });
  const { show, close } = create();
  for (const done of [10, 20, 30]) show(done, 40);
  close();

  expect(written).not.toContain('\u001b[?');
  const pieces = written.split(/\p{Cc}(?:\[\d*[GK]|[78])/u);
  expect(Math.max(...pieces.map(({ length }) => length))).toBe(30);
});
