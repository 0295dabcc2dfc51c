/** Reading a file that is no longer what it was when it was looked at. */
import { appendFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { examinePath } from '../../app/load/fingerprint';
import { readRedirectFile } from '../../app/load/read-redirect-file';
import { createTemporaryDirectory } from '../support/temporary-directory';
import { redirectText } from './loading';

const file = join(createTemporaryDirectory(), 'a.json');
const before = redirectText('a', ['one']);

function replace(tags: string[]): void {
  writeFileSync(`${file}.new`, redirectText('a', tags));
  renameSync(`${file}.new`, file);
}

/** Looks, lets something happen, and reads. */
function readAfter(happen: () => void): { isSettled: boolean; outcome: string[] | string } {
  writeFileSync(file, before);
  const state = examinePath(file);
  happen();
  const reading = readRedirectFile(file, state);
  const { isSettled } = reading;
  if (reading.kind === 'refused') return { isSettled, outcome: reading.problems.map(({ message }) => message).join() };
  const { repository } = reading;
  return { isSettled, outcome: repository.layout === 'forms' ? repository.references.tags() : [] };
}

it.each<[what: string, happen: () => void, outcome: string[], isSettled: boolean]>([
  ['nothing happens', () => undefined, ['one'], true],
  ['a larger one comes', () => replace(['one', 'two']), ['one', 'two'], false],
  ['a smaller one comes', () => replace([]), [], false],
  ['one of the same size comes', () => replace(['two']), ['two'], true],
  ['it grows by a line break', () => appendFileSync(file, '\n'), ['one'], false],
])('%s', (_what, happen, outcome, isSettled) => {
  expect(readAfter(happen)).toEqual({ isSettled, outcome });
});

it.each<[what: string, happen: () => void, problem: RegExp]>([
  ['half of it is gone', () => truncateSync(file, before.length / 2), /is not JSON/],
  ['it is emptied', () => truncateSync(file, 0), /is empty/],
  ['it is gone', () => rmSync(file), /is a link to a file that is not there/],
])('%s: a problem that may go away', (_what, happen, problem) => {
  const { isSettled, outcome } = readAfter(happen);
  expect([isSettled, outcome]).toEqual([false, expect.stringMatching(problem)]);
});

it('digests that collide are an error of the whole file', () => {
  const inTheMiddle = (number: number): string => `sha256:${number.toString(16).padStart(56, '0')}${'0'.repeat(8)}`;
  const collide = Array.from({ length: 1000 }, (_, number) => inTheMiddle(number));
  writeFileSync(file, redirectText('a', collide));
  const reading = readRedirectFile(file);
  const message =
    'has tags or digests that collide: more than 256 in a row of the hash table; they were chosen to, or made up with equal ends';
  expect(reading).toMatchObject({ kind: 'refused', problems: [{ file, pointer: '', message, severity: 'error' }] });
});
