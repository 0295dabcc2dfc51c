/** What reading a plain redirect file costs: its references are packed from their bytes, and never become strings. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readRedirectFile } from '../../app/load/read-redirect-file';
import * as schemas from '../../app/redirects/redirect-schemas';
import { printRedirectFile } from '../../scripts/bench/data-sets';
import { createTemporaryDirectory } from '../support/temporary-directory';

/** Characters outside of the lists, but for images of tags of manifest lists. */
const MOST_CHARACTERS = 1000;

afterEach(() => jest.restoreAllMocks());

function measure(text: string): { parsedCharacters: number; schemas: number } {
  const file = join(createTemporaryDirectory(), 'file.json');
  writeFileSync(file, text);
  const parse = jest.spyOn(JSON, 'parse');
  const findSchema = jest.spyOn(schemas, 'findSchema');
  expect(readRedirectFile(file).kind).toBe('parsed');
  const parsedCharacters = parse.mock.calls.reduce((sum, [given]) => sum + given.length, 0);
  return { parsedCharacters, schemas: findSchema.mock.calls.length };
}

it('a plain file is read without JSON.parse of its lists, and without a schema', () => {
  const work = measure(printRedirectFile(0, 130));
  expect(work.schemas).toBe(0);
  expect(work.parsedCharacters).toBeGreaterThan(0);
  expect(work.parsedCharacters).toBeLessThan(MOST_CHARACTERS);
});

it('a file that is not plain is seen to cost more', () => {
  const text = printRedirectFile(0, 130).replace('pulp-docker', 'pulp\\u002ddocker');
  // With the first one, what judges it is loaded.
  measure(text);
  jest.restoreAllMocks();
  expect(measure(text)).toEqual({ parsedCharacters: text.length, schemas: 1 });
});
