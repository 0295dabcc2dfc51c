/**
 * Waits for a condition: asks again and again until the answer is true, and says what was asked when it never is. The time is no criterion: it only
 * ends what will never be, and is so long that a busy machine does not end what would have been.
 */
import { setTimeout as delay } from 'node:timers/promises';

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
    await delay(2);
  }
  return performance.now() - startedAt;
}
