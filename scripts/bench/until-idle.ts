/** Waits until a server has nothing left to do of its own accord, such as setting watches on what it has loaded. */
import { setTimeout as delay } from 'node:timers/promises';
import { readProcessorTime } from './process-facts';

const LOOK_EVERY_MS = 500;
const TIMEOUT_MS = 20_000;
/** What timers and the looking itself may use meanwhile: 2 %. */
const IDLE_MICROSECONDS = 10_000;

export async function untilIdle(pid: number): Promise<void> {
  const deadline = performance.now() + TIMEOUT_MS;
  for (let before = 0, now = readProcessorTime(pid); now - before > IDLE_MICROSECONDS;) {
    if (performance.now() > deadline) return;
    await delay(LOOK_EVERY_MS);
    [before, now] = [now, readProcessorTime(pid)];
  }
}
