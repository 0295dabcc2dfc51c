/** What is noted as perhaps changed is looked at, and nothing else. */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DirectoryReader } from '../../app/load/directory-reader';
import type { Look } from '../../app/load/directory-reader';
import { createTemporaryDirectory } from '../support/temporary-directory';
import { redirectText } from './loading';

/** More than are noted in an empty directory. */
const FILES = 600;

let directory: string;
let reader: DirectoryReader;

const pathOf = (number: number): string => join(directory, `r${number}.json`);

function publish(path: string, tag: string): void {
  writeFileSync(`${path}.new`, redirectText('a', [tag]));
  renameSync(`${path}.new`, path);
}

function readAll(look: Look): void {
  if (look.kind !== 'gone') for (const file of look.changed) reader.read(file);
}

beforeEach(() => {
  directory = join(createTemporaryDirectory(), 'data');
  mkdirSync(directory);
  reader = new DirectoryReader(directory);
});

it('only what was noted is looked at, and only once', () => {
  for (const number of [1, 2, 3]) publish(pathOf(number), 'one');
  readAll(reader.look('all'));
  for (const number of [1, 2]) publish(pathOf(number), 'two');
  rmSync(pathOf(3));
  reader.note(pathOf(2));
  reader.note(pathOf(3));
  expect(reader.hasNoted).toBe(true);
  const look = reader.look('noted');
  expect(look).toEqual({ kind: 'part', changed: [pathOf(2)], removed: [pathOf(3)] });
  expect(reader.hasNoted).toBe(false);
  readAll(look);
  expect(reader.look('noted')).toEqual({ kind: 'part', changed: [], removed: [] });
});

it('a look at everything has looked at what was noted', () => {
  publish(pathOf(1), 'one');
  reader.note(pathOf(1));
  expect(reader.look('all')).toMatchObject({ kind: 'whole', changed: [pathOf(1)] });
  expect(reader.hasNoted).toBe(false);
});

it('anything may have changed: everything is looked at', () => {
  publish(pathOf(1), 'one');
  reader.note(pathOf(2));
  reader.note();
  reader.note(pathOf(2));
  expect(reader.look('noted')).toMatchObject({ kind: 'whole', changed: [pathOf(1)] });
});

it('as many are noted as there are files', () => {
  for (let number = 0; number < FILES; number++) publish(pathOf(number), 'one');
  readAll(reader.look('all'));
  // A publication may raise two events.
  for (let event = 0; event < 2 * FILES; event++) reader.note(pathOf(event % FILES));
  expect(reader.look('noted').kind).toBe('part');
  for (let number = 0; number <= FILES; number++) reader.note(pathOf(number));
  expect(reader.look('noted').kind).toBe('whole');
});

it('what lies beside the directory is not taken for a file of it', () => {
  const beside = join(directory, '../beside.json');
  publish(beside, 'one');
  reader.note(beside);
  expect(reader.look('noted')).toEqual({ kind: 'part', changed: [], removed: [] });
});
