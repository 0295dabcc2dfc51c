/** How a serving process is asked to stop, and how long that may take. */

/** For what is under way: the whole stop takes less than the 10 seconds that service managers commonly wait. */
export const GRACE_MS = 8000;

/** SIGTERM, or SIGINT from a terminal: resolves to the first of them. */
export const waitForStop = (): Promise<string> =>
  new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve(signal));
  });
