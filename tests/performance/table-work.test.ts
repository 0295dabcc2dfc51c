/** How many entries a lookup compares: few, and as many in a large table as in a small one. */
import * as packedKey from '../../app/redirects/packed-key';
import { parseRedirectFile } from '../../app/redirects/parse-redirect-file';
import type { ReferenceTable } from '../../app/redirects/reference-table';
import { printRedirectFile, referenceOf } from '../../scripts/bench/data-sets';

const MOST_TO_FIND = 4;
/** A miss ends at a free slot, and runs of taken ones are longer than the way to an entry in them. */
const MOST_TO_MISS = 12;
const LOOKUPS = 5000;

afterEach(() => jest.restoreAllMocks());

function createTable(references: number): ReferenceTable {
  const parsed = parseRedirectFile(printRedirectFile(0, references), 'file.json');
  if (parsed.kind !== 'parsed' || parsed.repository.layout !== 'forms') throw new Error('not a repository of forms');
  return parsed.repository.references;
}

/** Keys compared for one lookup, on average. */
function measure(table: ReferenceTable, keyAt: (lookup: number) => string): number {
  const compare = jest.spyOn(packedKey, 'isSameKey');
  for (let lookup = 0; lookup < LOOKUPS; lookup++) table.find(keyAt(lookup));
  return compare.mock.calls.length / LOOKUPS;
}

describe.each([100, 50_000])('in a table of %i references', (references) => {
  it('what is there is found after few comparisons', () => {
    const table = createTable(references);
    const comparisons = measure(table, (lookup) => referenceOf(0, (lookup * 7919) % references).text);
    expect(comparisons).toBeGreaterThanOrEqual(1);
    expect(comparisons).toBeLessThan(MOST_TO_FIND);
  });

  it.each([
    ['digest', (lookup: number) => referenceOf(1, lookup * 10).text],
    ['tag', (lookup: number) => `gone-${lookup}`],
  ])('a %s that is not there is missed after few comparisons', (_kind, keyAt) => {
    const comparisons = measure(createTable(references), keyAt);
    expect(comparisons).toBeGreaterThan(0);
    expect(comparisons).toBeLessThan(MOST_TO_MISS);
  });
});
