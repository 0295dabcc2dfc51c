/**
 * How long the programs of a test took for something, without what the machine kept them waiting for a processor: on a machine that has
 * too much to do, that says more of the other programs than of theirs. The kernel counts it for each thread (schedstat, in nanoseconds):
 *
 *     <time on a processor> <time ready to run, without one> <turns>
 *
 * Programs are this process and all below it. Of each, the thread counts that waited longest; processes wait one after the other. Some of
 * them wait at the same time, so at most two thirds of the time are taken off: what takes three times as long as it may is too late whatever
 * waited. On a machine with nothing else to do it is the time on the clock.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { bestRound } from './best-round';

const MOST_WAITING = 2 / 3;

/** Milliseconds. */
export async function ownTimeOf(work: () => Promise<unknown>): Promise<number> {
  const before = readWaits();
  const startedAt = performance.now();
  await work();
  const tookMs = performance.now() - startedAt;
  let waitedMs = 0;
  for (const [pid, threads] of readWaits()) {
    const waits = [...threads].map(([thread, ms]) => ms - (before.get(pid)?.get(thread) ?? 0));
    waitedMs += Math.max(0, ...waits);
  }
  return tookMs - Math.min(waitedMs, tookMs * MOST_WAITING);
}

/** Of some rounds, the shortest: a machine stands still now and then, which nothing counts. */
export const bestOwnTime = (enoughMs: number, work: (round: number) => Promise<unknown>): Promise<number> =>
  bestRound(enoughMs, (round) => ownTimeOf(() => work(round)));

/** Process → thread → the milliseconds that it has waited. */
function readWaits(): Map<number, Map<number, number>> {
  const waitOf = (thread: string): number => Number(read(`${thread}/schedstat`).split(' ')[1] ?? 0) / 1e6;
  return new Map(
    listFamily(process.pid).map((pid) => [
      pid,
      new Map(listNumbers(`/proc/${pid}/task`).map((thread) => [thread, waitOf(`/proc/${pid}/task/${thread}`)])),
    ]),
  );
}

function listFamily(root: number): number[] {
  const parents = listNumbers('/proc').map((pid) => [pid, readParent(pid)] as const);
  const found = [root];
  for (const parent of found) for (const [pid, of] of parents) if (of === parent) found.push(pid);
  return found;
}

/** `<pid> (<any name>) <state> <parent> …` */
function readParent(pid: number): number {
  const stat = read(`/proc/${pid}/stat`);
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}

function listNumbers(directory: string): number[] {
  try {
    return readdirSync(directory).map(Number).filter(Boolean);
  } catch {
    // Ended since.
    return [];
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
