/** The flags of the benchmark, and what they say about its length. Pure. */
import { parseArgs } from 'node:util';

export interface BenchOptions {
  isQuick: boolean;
  /** Names of scenarios; empty: all that run by themselves. */
  only: string[];
  /** Where the results are written as JSON. */
  jsonFile: string | undefined;
  /** A document whose results are renewed. */
  documentFile: string | undefined;
  /** Pairs of runs of each comparison. */
  rounds: number;
  /** Length of one run. */
  runSeconds: number;
  /** Attempts at what is measured once a start or once a file, not by load. */
  attempts: number;
  /** No scenario is begun after this time. */
  limitSeconds: number;
}

export const USAGE = `npm run bench -- [--quick] [--only NAME[,NAME]] [--json FILE] [--document FILE]

  --quick        2 rounds of 1 s instead of 5 of 2 s: for a first look, not for a verdict
  --only NAMES   some scenarios, in any order
  --json FILE    writes every run to a file
  --document FILE
                 renews the results in a document; for docs/performance.md
`;

/** Throws what node:util says about flags that do not exist. */
export function parseOptions(words: string[]): BenchOptions & { wantsHelp: boolean } {
  const { values } = parseArgs({
    args: words,
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
      json: { type: 'string' },
      document: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const isQuick = values.quick;
  return {
    isQuick,
    only: values.only.flatMap((names) => names.split(',')).filter((name) => name !== ''),
    jsonFile: values.json,
    documentFile: values.document,
    rounds: isQuick ? 2 : 5,
    runSeconds: isQuick ? 1 : 2,
    attempts: isQuick ? 1 : 3,
    limitSeconds: isQuick ? 150 : 600,
    wantsHelp: values.help,
  };
}
