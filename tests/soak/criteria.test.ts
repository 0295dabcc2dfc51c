/** What a soak is judged by: thirds of the memory, failures, the rate, processes, publications. */
import type { Findings } from '../../scripts/soaking/criteria';
import { compareThirds, GOALS, judgeSoak } from '../../scripts/soaking/criteria';
import type { MemorySample } from '../../scripts/soaking/memory-samples';

/** One process, looked at every second. */
const samplesOf = (...bytes: number[]): MemorySample[] =>
  bytes.map((size, at) => ({ atMs: (at + 1) * 1000, processes: { 7: size } }));

const seen = { publishedAtMs: 1000, lastMissedAtMs: undefined, isSeen: true };
const good: Findings = {
  requests: { sent: 5000, failed: 0, seconds: 10 },
  rate: 500,
  publications: [seen],
  samples: samplesOf(1, 1, 1, 100, 100, 100, 100, 100, 100),
};
const missed = (findings: Partial<Findings>): string[] =>
  judgeSoak({ ...good, ...findings }, GOALS)
    .filter(({ isReached }) => !isReached)
    .map(({ name }) => name);

describe('thirds', () => {
  it('compares the medians of the second and the last, whatever the first was', () => {
    expect(compareThirds(samplesOf(900, 900, 900, 100, 999, 100, 110, 110, 1))).toEqual({
      secondBytes: 100,
      lastBytes: 110,
      growth: expect.closeTo(0.1, 10) as number,
    });
  });

  it('adds up all processes of a sample', () => {
    const samples = [1000, 2000, 3000].map((atMs) => ({ atMs, processes: { 7: 10, 8: atMs } }));
    expect(compareThirds(samples)).toMatchObject({ secondBytes: 2010, lastBytes: 3010 });
  });

  it.each([[[]], [[5]]])('says nothing about %j', (bytes) => {
    expect(compareThirds(samplesOf(...bytes))?.growth).toBeUndefined();
  });
});

describe('criteria', () => {
  it('are all reached by a soak in which nothing happened', () => expect(missed({})).toEqual([]));

  it.each<[string, Partial<Findings>]>([
    ['failed requests', { requests: { sent: 5000, failed: 1, seconds: 10 } }],
    ['requests a second', { requests: { sent: 4940, failed: 0, seconds: 10 } }],
    ['memory, last third against second third', { samples: samplesOf(1, 1, 1, 100, 100, 100, 106, 106, 106) }],
    ['memory, last third against second third', { samples: samplesOf(100) }],
    ['publications that were seen', { publications: [seen, { ...seen, isSeen: false }] }],
    ['time until a publication is seen everywhere', { publications: [seen, { ...seen, lastMissedAtMs: 2001 }] }],
    [
      'processes',
      { samples: samplesOf(1, 1, 1).map((sample, at) => ({ ...sample, processes: { [at < 2 ? 7 : 8]: 1 } })) },
    ],
  ])('%s: missed', (name, findings) => expect(missed(findings)).toEqual([name]));

  it.each<[string, Partial<Findings>]>([
    ['99 % of the rate', { requests: { sent: 4950, failed: 0, seconds: 10 } }],
    ['5 % more memory', { samples: samplesOf(1, 1, 1, 100, 100, 100, 105, 105, 105) }],
    ['less memory', { samples: samplesOf(1, 1, 1, 100, 100, 100, 50, 50, 50) }],
    ['a publication that is seen after a second', { publications: [{ ...seen, lastMissedAtMs: 2000 }] }],
    ['no publications', { publications: [] }],
  ])('%s: still reached', (_, findings) => expect(missed(findings)).toEqual([]));

  it('a soak that sent nothing has reached nothing', () => {
    expect(missed({ requests: { sent: 0, failed: 0, seconds: 10 } })).toEqual(['failed requests', 'requests a second']);
  });
});
