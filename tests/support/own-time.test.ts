/** A program that has to wait for a processor is not slow, and one that does nothing is. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { bestRound } from './best-round';
import { bestOwnTime, ownTimeOf } from './own-time';

const BUSY_MS = 400;
const WAIT_MS = 100;
const busy = `const end = Date.now() + ${BUSY_MS}; while (Date.now() < end);`;
const run = (script: string): Promise<unknown> => once(spawn(process.execPath, ['-e', script]), 'close');

it('what programs wait for each other does not count', async () => {
  // Each of them has a small part of a processor.
  const crowd = Array.from({ length: 4 * availableParallelism() }, () => busy);
  const ended = Promise.all(crowd.map(run));
  const ownMs = await ownTimeOf(() => delay(BUSY_MS));
  expect(ownMs).toBeLessThan(BUSY_MS / 2);
  // Whatever waited.
  expect(ownMs).toBeGreaterThan(BUSY_MS / 4);
  await ended;
});

it('what a program waits for by itself counts', async () => {
  const takenOff = async (): Promise<number> => WAIT_MS - (await ownTimeOf(() => delay(WAIT_MS)));
  // The machine may keep this process, too, from a processor now and then.
  expect(await bestRound(WAIT_MS / 10, takenOff, { mostRounds: 10 })).toBeLessThan(WAIT_MS / 10);
});

it('of several rounds it is the best, and no more are made than are needed', async () => {
  const times = [1100, 5, 1100];
  const rounds: number[] = [];
  const wait = (round: number): Promise<void> => {
    rounds.push(round);
    return delay(times[round]);
  };
  expect(await bestOwnTime(1000, wait)).toBeLessThan(1000);
  expect(rounds).toEqual([0, 1]);
});
