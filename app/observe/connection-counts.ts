/**
 * What a server knows about its connections, for the metrics. The server puts in how it counts those that are open; until
 * then there are none.
 */
import { AnswerCounts } from './answer-counts';

export class ConnectionCounts {
  countOpen: () => Promise<number> = () => Promise.resolve(0);
  /** Closed as soon as they came, because there were too many. */
  refused = 0;
  /** Requests that never became one, by the status that they were told. */
  readonly badRequests = new AnswerCounts();
}
