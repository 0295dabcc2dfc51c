/**
 * What the primary and its workers tell each other, as JSON over the channel that node:cluster gives them. Pure data.
 *
 *     primary → worker   serve, once, first; then listen, reload, stop, measure, totals
 *     worker → primary   knows, asks to listen, listening, cannot listen; measured, ask totals
 */
import type { Config } from '../config/config';
import type { MetricsSnapshot } from '../observe/metrics';
import type { Loaded } from './index-source';
import type { WorkerKnowledge } from './worker-knowledge';

/** The configuration as the primary found it: a file that was edited since changes no worker that starts later. */
export interface ServeMessage {
  kind: 'serve';
  /** 1 to [server] workers. */
  number: number;
  config: Config;
}

export type ToWorker =
  | ServeMessage
  /** Nobody knows more than you: listen, and answer from what you have. */
  | { kind: 'listen' }
  | { kind: 'reload' }
  | { kind: 'stop' }
  | { kind: 'measure'; id: number }
  /** The metrics of all workers, as Prometheus text. */
  | { kind: 'totals'; id: number; text: string };

/** What the others have to know. */
export type WorkerNews =
  | { kind: 'knows'; knowledge: WorkerKnowledge }
  | { kind: 'asks to listen' }
  | { kind: 'listening'; address: string; loaded: Loaded }
  | { kind: 'cannot listen'; reason: string }
  | { kind: 'ask totals'; id: number };

export type FromWorker = WorkerNews | { kind: 'measured'; id: number; snapshot: MetricsSnapshot };
