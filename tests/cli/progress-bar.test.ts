/** A progress bar is for people: nothing of it is in what a service manager keeps. */
import { createProgressBar } from '../../app/cli/progress-bar';
import type { Io } from '../../app/cli/io';

const createIo = (isTerminal: boolean): Io => ({
  environment: {},
  print: () => undefined,
  complain: () => undefined,
  isTerminal,
  version: '1.2.3',
  beginServing: () => undefined,
});

let written = '';
beforeEach(() => {
  written = '';
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
    written += String(text);
    return true;
  });
  // The bar asks its stream, and the tests run without a terminal.
  Object.defineProperty(process.stderr, 'isTTY', { value: true, configurable: true });
  Object.assign(process.stderr, { cursorTo: () => true, clearLine: () => true, moveCursor: () => true });
});
afterEach(() => {
  jest.restoreAllMocks();
  for (const name of ['isTTY', 'cursorTo', 'clearLine', 'moveCursor']) Reflect.deleteProperty(process.stderr, name);
});

it('counts up on a terminal, and goes when all is done', () => {
  const show = createProgressBar('names', createIo(true));
  show(0, 40);
  show(10, 40);
  show(40, 40);

  expect(written).toContain('0% | 0 of 40 names');
});

it('writes nothing elsewhere', () => {
  const show = createProgressBar('names', createIo(false));
  for (const done of [0, 10, 40]) show(done, 40);

  expect(written).toBe('');
});

it('is not begun for what is done already', () => {
  createProgressBar('names', createIo(true))(0, 0);

  expect(written).toBe('');
});
