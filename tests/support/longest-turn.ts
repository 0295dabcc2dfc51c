/** How long the event loop is held up while something goes on: longer turns than LONGEST_TURN_MS delay requests. */
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { bestRound } from './best-round';

/** The longest that requests may wait for anything else. */
export const LONGEST_TURN_MS = 20;
const ATTEMPTS = 5;

/** Processor time that the thread of the event loop has used, in milliseconds: other programs do not count in it. */
function readThreadTime(): number {
  const [nanoseconds] = readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ');
  return Number(nanoseconds) / 1e6;
}

/** The longest turn of the event loop while something goes on, in milliseconds of processor time. */
export async function longestTurnDuring(work: Promise<unknown>): Promise<number> {
  const state = { isOver: false };
  const over = work.then(() => {
    state.isOver = true;
  });
  let longest = 0;
  for (let before = readThreadTime(); !state.isOver;) {
    // Not each turn: a loop without a rest would take the processor from threads that give way to it, and from what is waited for.
    await delay(1);
    const now = readThreadTime();
    longest = Math.max(longest, now - before);
    before = now;
  }
  await over;
  return longest;
}

/** Garbage is collected now and then: the best of some attempts is what the program does. */
export const bestOf = (measure: (attempt: number) => Promise<number>): Promise<number> =>
  bestRound(LONGEST_TURN_MS, measure, { mostRounds: ATTEMPTS });
