/** Lets other threads go first. */
import { setPriority } from 'node:os';

/** The lowest: the main thread gets nearly all of a processor that both want, and a publication takes 2 % at least. */
const NICENESS = 19;

/** Only Linux has a priority for each thread; elsewhere the whole process would be meant. */
export function lowerPriorityOfThisThread(): void {
  if (process.platform === 'linux') setPriority(0, NICENESS);
}
