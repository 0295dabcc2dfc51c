/**
 * The soak in its short form: the same load, publications and judges as scripts/soak for 20 s, at a rate that a busy machine
 * manages. No request may fail, and every publication must be seen. In so short a time the memory only shows a leak of
 * the worst kind: the heaps of V8 are still growing towards their usual size, so half as much again is allowed; and a publication
 * may take longer beside other tests.
 */
import { join } from 'node:path';
import { GRACE_MS } from '../../scripts/soaking/history';
import { printJson, printReport } from '../../scripts/soaking/report';
import { runSoak } from '../../scripts/soaking/run';
import type { WhichRedis } from '../../scripts/soaking/servers';
import { createTemporaryDirectory } from '../support/temporary-directory';

const RATE = 500;

it.each<[string, WhichRedis | undefined, number]>([
  // The primary and two workers; the writer of the index.
  ['in memory', undefined, 3],
  ['in Redis', 'own', 4],
])(
  'nothing fails in 20 seconds of mixed load and publications, with the index %s',
  async (_, redis, processCount) => {
    const directory = createTemporaryDirectory();
    const told: string[] = [];
    const result = await runSoak({
      directory: join(directory, 'site'),
      durationMs: 20_000,
      rate: RATE,
      workers: 2,
      repositories: 64,
      publicationsPerMinute: 120,
      redis,
      // A machine that is held up is not the Redis that does not answer.
      lookupTimeoutS: 5,
      sampleEveryMs: 500,
      goals: { mostGrowth: 0.5, mostDelayMs: GRACE_MS, leastRate: 0.95 },
      signal: new AbortController().signal,
      tell: (progress) => told.push(progress),
    });
    const report = printReport(result);
    // The table says more than a boolean when it is not so.
    expect(report).not.toContain('MISSED');
    expect(result.counts.failures).toEqual([]);
    expect(result.criteria.map(({ isReached }) => isReached)).toEqual(Array(6).fill(true));
    expect(result.sent).toBeGreaterThan(0.95 * 20 * RATE);
    expect(result.counts.answered).toBe(result.sent);
    expect(Object.keys(result.counts.statuses)).toEqual(['200', '302', '400', '404']);

    const kinds = new Set(result.changes.map(({ what }) => what));
    expect([...kinds].sort()).toEqual(['new edition', 'new repository', 'removed repository']);
    for (const { processes } of result.samples) expect(Object.keys(processes)).toHaveLength(processCount);
    expect(told.at(-1)).toMatch(/^0:\d\d of 0:20, [\d,]+ answers, 0 failed, \d+ publications, p99 [\d.]+ ms, \d+ MB$/);

    expect(JSON.parse(printJson(result))).toMatchObject({ sent: result.sent, criteria: result.criteria });
  },
  240_000,
);
