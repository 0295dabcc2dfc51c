/**
 * Waits for a condition: asks again and again until the answer is true, and says what was asked when it never is. The time is no criterion: it only
 * ends what will never be, and is so long that a busy machine does not end what would have been.
 */
import { setTimeout as delay } from 'node:timers/promises';

const SHORTEST_REST_MS = 2;
const LONGEST_REST_MS = 25;

export interface UntilOptions {
  /** Default 20,000. */
  timeoutMs?: number;
}

/** Resolves to the time that it took, in milliseconds. */
export async function until(
  what: string,
  isTrue: () => boolean | Promise<boolean>,
  { timeoutMs = 20_000 }: UntilOptions = {},
): Promise<number> {
  const startedAt = performance.now();
  while (!(await isTrue())) {
    if (performance.now() - startedAt > timeoutMs) throw new Error(`not within ${timeoutMs} ms: ${what}`);
    await delay(restFor(performance.now() - startedAt));
  }
  return performance.now() - startedAt;
}

/** So soon that it adds little to what is waited for, and no sooner: to ask costs the programs that are waited for their processor. */
const restFor = (waitedMs: number): number => Math.min(Math.max(SHORTEST_REST_MS, waitedMs / 20), LONGEST_REST_MS);
