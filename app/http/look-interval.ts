/** How often it is looked whether somebody is over a time limit: who is, is found a quarter of the limit later at most. Pure. */
const [LEAST_MS, MOST_MS] = [25, 5000];

/** Whole milliseconds. */
export const lookEveryMs = (limitMs: number): number => Math.min(Math.max(Math.ceil(limitMs / 4), LEAST_MS), MOST_MS);
