/** What is published is seen by all who ask within a second: the criterion, and how it is measured. */
import { bestOwnTime } from '../support/own-time';
import type { SteadyRequests } from './steady-requests';

export const SEEN_MS = 1000;
/** In no round, on no machine: also the first publication after a fault must come. */
const AT_ALL_MS = 10_000;

/**
 * Publishes, and resolves to the milliseconds until every connection of every stream has been answered the last versions. Publishes again when it
 * took too long: ../support/own-time.
 */
export const timeUntilSeen = (streams: readonly SteadyRequests[], publish: () => void): Promise<number> =>
  bestOwnTime(SEEN_MS, async () => {
    publish();
    await Promise.all(streams.map((stream) => stream.untilLatest(AT_ALL_MS)));
  });
