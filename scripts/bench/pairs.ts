/**
 * Compares two servers by turns: A B A B. What else the machine does falls on both, so the ratio of each pair says more than
 * any figure by itself; of all pairs, the one in the middle counts.
 */
import { runLoad } from './generator';
import type { LoadResult } from './load';
import { readProcessorTime } from './process-facts';
import type { RequestPlan } from './requests';
import type { Bench, Measured } from './scenario';
import type { Server } from './servers';
import { median, spreadOf } from './statistics';
import { untilIdle } from './until-idle';

export interface Contender {
  /** As the table calls it. */
  name: string;
  server: Server;
  plan: RequestPlan;
  /** See LoadTarget. */
  threads?: number;
}

interface Run extends LoadResult {
  /** Processor time of the server, all its threads, for one request. */
  processorMicroseconds: number;
}

const WARM_UP_SECONDS = 1;

/** The result is the rate of the first divided by that of the second. */
export async function comparePairs(bench: Bench, first: Contender, second: Contender): Promise<Measured> {
  const { rounds, runSeconds } = bench.options;
  await Promise.all([first, second].map(({ server }) => untilIdle(server.pid)));
  for (const contender of [first, second]) await runOnce(bench, contender, WARM_UP_SECONDS);
  const pairs: { first: Run; second: Run }[] = [];
  for (let round = 0; round < rounds; round++) {
    pairs.push({
      first: await runOnce(bench, first, runSeconds),
      second: await runOnce(bench, second, runSeconds),
    });
  }
  return {
    kind: 'measured',
    davit: describe(
      first.name,
      pairs.map((pair) => pair.first),
    ),
    comparedWith: describe(
      second.name,
      pairs.map((pair) => pair.second),
    ),
    result: spreadOf(pairs.map((pair) => pair.first.requestsPerSecond / pair.second.requestsPerSecond)),
    faults: [],
    details: { first: first.name, second: second.name, pairs },
  };
}

async function runOnce({ generator }: Bench, { server, plan, threads }: Contender, seconds: number): Promise<Run> {
  const before = readProcessorTime(server.pid);
  const result = await runLoad(generator, { url: server.url, plan, ...(threads && { threads }) }, seconds);
  return { ...result, processorMicroseconds: (readProcessorTime(server.pid) - before) / result.requests };
}

function describe(name: string, runs: Run[]): string {
  const rate = Math.round(median(runs.map(({ requestsPerSecond }) => requestsPerSecond)));
  const cost = median(runs.map(({ processorMicroseconds }) => processorMicroseconds));
  // A program that leaves the work to children has used next to nothing itself.
  const suffix = cost >= 1 ? `, ${cost.toFixed(1)} µs` : '';
  return `${name}: ${rate.toLocaleString('en')}/s${suffix}`;
}
