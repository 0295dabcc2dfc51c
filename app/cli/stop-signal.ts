/** SIGTERM, or SIGINT from a terminal: resolves to the first of them. */
export const waitForStop = (): Promise<string> =>
  new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve(signal));
  });
