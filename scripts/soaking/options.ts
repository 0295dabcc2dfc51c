/** The flags of the soak. Pure. */
import { parseArgs } from 'node:util';
import type { WhichRedis } from './servers';

export interface SoakOptions {
  minutes: number;
  /** Requests a second. */
  rate: number;
  /** Processes of davit. */
  workers: number;
  repositories: number;
  publicationsPerMinute: number;
  /** Where the index is; undefined: in the memory of each process. */
  redis: WhichRedis | undefined;
  /** Where the result is written as JSON. */
  jsonFile: string | undefined;
}

export const USAGE = `scripts/soak [--minutes N] [--rate N] [--workers N] [--repositories N]
             [--republish-per-minute N] [--redis URL|own] [--json FILE]

  --minutes N               how long the load lasts; default 30, fractions too
  --rate N                  requests a second; default 5000
  --workers N               processes of davit; default 2
  --repositories N          default 1000, at least 8
  --republish-per-minute N  publications a minute; default 60, 0 for none
  --redis URL|own           the index is in this Redis, written by davit index; own: in one that is started for it
  --json FILE               writes the result, with every sample of the memory, to a file

Ctrl-C ends it before its time, with a report. Exit code 0: every criterion is reached; 1: not; 2: wrong usage.
`;

/** Throws what is wrong with them. */
export function parseOptions(words: string[]): SoakOptions & { wantsHelp: boolean } {
  const { values } = parseArgs({
    args: words,
    options: {
      minutes: { type: 'string', default: '30' },
      rate: { type: 'string', default: '5000' },
      workers: { type: 'string', default: '2' },
      repositories: { type: 'string', default: '1000' },
      'republish-per-minute': { type: 'string', default: '60' },
      redis: { type: 'string' },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const minutes = Number(values.minutes);
  if (!(minutes > 0 && minutes < Infinity)) throw new Error(`--minutes ${values.minutes}: is not a positive number`);
  return {
    minutes,
    rate: parseCount('rate', values.rate, 1),
    workers: parseCount('workers', values.workers, 1),
    repositories: parseCount('repositories', values.repositories, 8),
    publicationsPerMinute: parseCount('republish-per-minute', values['republish-per-minute'], 0),
    redis: values.redis,
    jsonFile: values.json,
    wantsHelp: values.help,
  };
}

function parseCount(flag: string, text: string, least: number): number {
  const isCount = /^\d{1,7}$/.test(text) && Number(text) >= least;
  if (!isCount) throw new Error(`--${flag} ${text}: is not a whole number from ${least}`);
  return Number(text);
}
