/** Lines that anybody can cause are written sparingly, and none is left out without a word. */
import type { LogFields, Logger } from '../../app/observe/logger';
import { createSparingLog } from '../../app/observe/sparing-logger';

function record(): { logger: Logger; lines: [message: string, fields: LogFields | undefined][] } {
  const lines: [string, LogFields | undefined][] = [];
  const info = (message: string, fields?: LogFields): void => void lines.push([message, fields]);
  const never = (): never => {
    throw new Error('not at this level');
  };
  return { logger: { info, error: never, warn: never, debug: never }, lines };
}

it('ten lines a second are written; then it is told how many more there were', () => {
  const { logger, lines } = record();
  let now = 5;
  const log = createSparingLog(logger, { nowMs: () => now });
  for (let line = 0; line < 25; line++) log('refused', { line });
  expect(lines).toEqual(Array.from({ length: 10 }, (_, line) => ['refused', { line }]));

  now += 999;
  log('refused', { line: 25 });
  expect(lines).toHaveLength(10);

  now += 1;
  log('refused', { line: 26 });
  expect(lines.slice(10)).toEqual([
    ['refused: more lines were left out', { lines: 16 }],
    ['refused', { line: 26 }],
  ]);
});

it('lines of one kind do not crowd out those of another', () => {
  const { logger, lines } = record();
  const log = createSparingLog(logger, { nowMs: () => 0 });
  for (let line = 0; line < 25; line++) log('refused', {});
  log('something else', {});
  expect(lines.at(-1)).toEqual(['something else', {}]);
});

it('nothing is said of lines that were not left out', () => {
  const { logger, lines } = record();
  let now = 0;
  const log = createSparingLog(logger, { nowMs: () => now });
  for (let second = 0; second < 3; second++, now += 1000) log('refused', { second });
  expect(lines.map(([message]) => message)).toEqual(['refused', 'refused', 'refused']);
});

it('the level, and how many lines in which time, can be chosen', () => {
  const { logger, lines } = record();
  const warned: [string, LogFields | undefined][] = [];
  const warn = (message: string, fields?: LogFields): void => void warned.push([message, fields]);
  let now = 0;
  const log = createSparingLog({ ...logger, warn }, { level: 'warn', most: 1, windowMs: 60_000, nowMs: () => now });
  for (let second = 0; second < 61; second++, now += 1000) log('full', { second });
  expect(warned).toEqual([
    ['full', { second: 0 }],
    ['full: more lines were left out', { lines: 59 }],
    ['full', { second: 60 }],
  ]);
  expect(lines).toEqual([]);
});
