/** What a writer knows of its changes, against what a Redis says that has lost some. */
import { ChangesLost, PartitionCounts } from '../../../app/store/redis/partition-counts';
import type { PartitionState } from '../../../app/store/redis/write-scripts';

const state = (of: Partial<PartitionState> = {}): PartitionState => ({
  token: 1,
  isComplete: true,
  isWhole: true,
  sequence: 7,
  owners: 3,
  ...of,
});

/** The first term of a writer with token 1. */
function createKnown(): PartitionCounts {
  const counts = new PartitionCounts();
  counts.begin('a7', 1, state({ token: 0 }));
  return counts;
}

it('a partition that is seen for the first time may be as anybody left it', () => {
  expect(new PartitionCounts().begin('a7', 1, state({ token: 0 }))).toBe(false);
});

describe('another term finds a partition', () => {
  it.each([
    ['as it was left', state(), true],
    ['with a change whose answer was lost', state({ sequence: 8, owners: 4 }), true],
    ['with fewer changes', state({ sequence: 6 }), false],
    ['with fewer changes of owners', state({ owners: 2 }), false],
    ['as another writer left it', state({ token: 2, sequence: 9 }), false],
    ['empty', state({ token: 0, sequence: 0, owners: 0 }), false],
  ])('%s', (_how, found, isAsLeft) => {
    expect(createKnown().begin('a7', 5, found)).toBe(isAsLeft);
  });
});

it.each(['sequence', 'owners'] as const)('a number that %s had before: what bore it is gone', (counter) => {
  const counts = createKnown();
  counts.note('a7', counter, 8);
  counts.note('a7', counter, 9);
  expect(() => counts.note('a7', counter, 9)).toThrow(ChangesLost);
});

it('a change of a partition that is not sealed yet counts for nothing', () => {
  expect(() => new PartitionCounts().note('a7', 'sequence', 0)).not.toThrow();
});

it.each([
  [state(), 0],
  [state({ sequence: 8, owners: 4 }), 0],
  [state({ sequence: 6 }), 1],
  [state({ owners: 2 }), 1],
  [state({ token: 0 }), 1],
  [state({ isWhole: false }), 1],
])('in between, Redis says %j: lost %i', async (found, lost) => {
  expect(await createKnown().countLost(() => Promise.resolve(found))).toBe(lost);
});

it('a question of an earlier term that is answered late takes nothing from the next one', async () => {
  const counts = createKnown();
  let answer = (_found: PartitionState): void => undefined;
  const asked = counts.countLost(() => new Promise((resolve) => (answer = resolve)));
  counts.begin('a7', 5, state());
  answer(state({ token: 5 }));
  expect(await asked).toBe(1);
  // The sequence of this term is still known: a number that comes twice is found.
  expect(() => counts.note('a7', 'sequence', 7)).toThrow(ChangesLost);
});
