/** Waits for a time, or until a signal says so. */
import { setTimeout as delay } from 'node:timers/promises';

export const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  delay(ms, undefined, { signal }).catch(() => undefined);
