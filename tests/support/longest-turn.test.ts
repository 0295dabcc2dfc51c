/** A long turn of the event loop is seen, and rests are none. */
import { setTimeout as delay } from 'node:timers/promises';
import { longestTurnDuring } from './longest-turn';

const BUSY_MS = 60;

function keepBusy(): void {
  const { user } = process.cpuUsage();
  while (process.cpuUsage().user - user < BUSY_MS * 1000);
}

async function work(turn: () => void): Promise<void> {
  await delay(20);
  turn();
  await delay(20);
}

it('a turn that uses the processor for long', async () => {
  expect(await longestTurnDuring(work(keepBusy))).toBeGreaterThan(BUSY_MS / 2);
});

it('a turn that does nothing', async () => {
  expect(await longestTurnDuring(work(() => undefined))).toBeLessThan(BUSY_MS / 2);
});
