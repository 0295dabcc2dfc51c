/**
 * Lets other threads go first. A low priority alone does not: a thread that has got a processor while all others slept for a moment
 * keeps it until the next tick of the kernel, up to 4 ms, whoever has woken up meanwhile. So it also stops for a moment, again and again.
 */
import { setPriority } from 'node:os';

/** The lowest: the main thread gets nearly all of a processor that both want, and a publication takes 2 % at least. */
const NICENESS = 19;

/** Others wait that long at most, unless a single file takes longer. */
const MOST_WORK_MS = 0.2;
/** Any time is enough to let go of the processor. */
const REST_MS = 0.01;

let isLow = false;
let restedAtMs = 0;
const neverWoken = new Int32Array(new SharedArrayBuffer(4));

/** Only Linux has a priority for each thread; elsewhere the whole process would be meant. */
export function lowerPriorityOfThisThread(): void {
  if (process.platform !== 'linux') return;
  setPriority(0, NICENESS);
  isLow = true;
}

/** To be called between two small pieces of work; where the priority was not lowered, it does nothing. */
export function giveWay(): void {
  if (!isLow || performance.now() - restedAtMs < MOST_WORK_MS) return;
  Atomics.wait(neverWoken, 0, 0, REST_MS);
  restedAtMs = performance.now();
}
