/** Directories of a test, removed when it ends. */
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const made: string[] = [];

afterAll(() => {
  for (const directory of made.splice(0)) rmSync(directory, { recursive: true, force: true });
});

export function createTemporaryDirectory(): string {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'davit-test-')));
  made.push(directory);
  return directory;
}
