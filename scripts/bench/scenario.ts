/** What a scenario of the benchmark is, and when its goal is reached. */
import type { DataSet, WrittenData } from './data-sets';
import type { Generator } from './generator';
import type { BenchOptions } from './options';
import type { Spread } from './statistics';

export interface Scenario {
  /** As `--only` and docs/performance.md call it. */
  name: string;
  title: string;
  goal: Goal;
  /** Left out of a quick run, unless it is named. */
  isLong?: boolean;
  run: (bench: Bench) => Promise<Outcome>;
}

/** `none`: to be known, whatever it is. */
export type Goal = { kind: 'at least' | 'at most'; value: number; unit: Unit } | { kind: 'none'; unit: Unit };

export type Unit = '×' | 'ms' | 'bytes' | 'MB' | '/s';

export type Outcome = Measured | { kind: 'not run'; reason: string };

export interface Measured {
  kind: 'measured';
  /** What davit did, in words. */
  davit: string;
  /** What that is compared with, and what it did. */
  comparedWith: string;
  /** In the unit of the goal. */
  result: Spread;
  /** Things that must not be, whatever the result. */
  faults: string[];
  /** Every run, for `--json`. */
  details: unknown;
}

export interface Bench {
  options: BenchOptions;
  generator: Generator;
  /** For files; removed in the end. */
  directory: string;
  /** The redirect files of a data set: written when they are first asked for. */
  dataOf: (data: DataSet) => WrittenData;
}

export type Verdict = 'reached' | 'missed' | 'told' | 'not run';

export function judge({ goal }: Scenario, outcome: Outcome): Verdict {
  if (outcome.kind === 'not run') return 'not run';
  const { result, faults } = outcome;
  if (goal.kind === 'none') return 'told';
  const isReached = goal.kind === 'at least' ? result.median >= goal.value : result.median <= goal.value;
  return isReached && faults.length === 0 ? 'reached' : 'missed';
}

export const notRun = (reason: string): Outcome => ({ kind: 'not run', reason });
