/**
 * How long the programs of a test took for something, without what the machine kept them waiting for a processor: on a machine that has
 * too much to do, that says more of the other programs than of theirs. The kernel counts it for each thread (schedstat, in nanoseconds):
 *
 *     <time on a processor> <time ready to run, without one> <turns>
 *
 * Programs are all processes below this one. On a machine with nothing else to do it is the time on the clock.
 */
import { readdirSync, readFileSync } from 'node:fs';

const ROUNDS = 3;

/** Milliseconds; below zero when several waited at once. */
export async function ownTimeOf(work: () => Promise<unknown>): Promise<number> {
  const before = readWaits();
  const startedAt = performance.now();
  await work();
  const tookMs = performance.now() - startedAt;
  let waitedMs = 0;
  for (const [thread, ms] of readWaits()) waitedMs += ms - (before.get(thread) ?? 0);
  return tookMs - waitedMs;
}

/** Of some rounds, the shortest: a machine stands still now and then, which nothing counts. No more rounds when one was short enough. */
export async function bestOwnTime(enoughMs: number, round: () => Promise<unknown>): Promise<number> {
  let bestMs = Infinity;
  for (let count = 0; count < ROUNDS && bestMs >= enoughMs; count++) bestMs = Math.min(bestMs, await ownTimeOf(round));
  return bestMs;
}

/** Thread → the milliseconds that it has waited. */
function readWaits(): Map<string, number> {
  const threads = listDescendants(process.pid).flatMap((pid) =>
    listNumbers(`/proc/${pid}/task`).map((thread) => `/proc/${pid}/task/${thread}`),
  );
  return new Map(threads.map((thread) => [thread, Number(read(`${thread}/schedstat`).split(' ')[1] ?? 0) / 1e6]));
}

function listDescendants(root: number): number[] {
  const parents = listNumbers('/proc').map((pid) => [pid, readParent(pid)] as const);
  const found = [root];
  for (const parent of found) for (const [pid, of] of parents) if (of === parent) found.push(pid);
  return found.slice(1);
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
