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
  /** What the server asks in its turn. */
  behind?: { name: string; pid: number };
  /** See LoadTarget. */
  threads?: number;
}

interface Run extends LoadResult {
  /** Processor time of the server, all its threads, for one request. */
  processorMicroseconds: number;
  /** The same of what stands behind it; 0 without such. */
  behindMicroseconds: number;
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
      first,
      pairs.map((pair) => pair.first),
    ),
    comparedWith: describe(
      second,
      pairs.map((pair) => pair.second),
    ),
    result: spreadOf(pairs.map((pair) => pair.first.requestsPerSecond / pair.second.requestsPerSecond)),
    faults: [],
    details: { first: first.name, second: second.name, pairs },
  };
}

async function runOnce({ generator }: Bench, contender: Contender, seconds: number): Promise<Run> {
  const { server, plan, behind, threads } = contender;
  const readTimes = (): number[] =>
    [server.pid, behind?.pid].map((pid) => (pid === undefined ? 0 : readProcessorTime(pid)));
  const before = readTimes();
  const result = await runLoad(generator, { url: server.url, plan, ...(threads && { threads }) }, seconds);
  const [own = 0, ofBehind = 0] = readTimes().map((time, at) => (time - (before[at] ?? 0)) / result.requests);
  return { ...result, processorMicroseconds: own, behindMicroseconds: ofBehind };
}

function describe({ name, behind }: Contender, runs: Run[]): string {
  const rate = Math.round(median(runs.map(({ requestsPerSecond }) => requestsPerSecond)));
  const cost = median(runs.map(({ processorMicroseconds }) => processorMicroseconds));
  const costBehind = median(runs.map(({ behindMicroseconds }) => behindMicroseconds));
  return [
    `${name}: ${rate.toLocaleString('en')}/s`,
    // A program that leaves the work to children has used next to nothing itself.
    ...(cost >= 1 ? [`${cost.toFixed(1)} µs`] : []),
    ...(behind ? [`${behind.name} ${costBehind.toFixed(1)} µs`] : []),
  ].join(', ');
}
