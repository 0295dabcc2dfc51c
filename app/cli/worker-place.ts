/** The primary's side of one worker, and of those that come after it: whenever one ends, another takes its place. */
import cluster, { type Worker } from 'node:cluster';
import type { Config } from '../config/config';
import type { Logger } from '../observe/logger';
import type { MetricsSnapshot } from '../observe/metrics';
import { Replies } from './replies';
import { RestartDelay } from './restart-delay';
import { NO_KNOWLEDGE } from './worker-knowledge';
import type { FromWorker, ToWorker, WorkerNews } from './worker-messages';

export interface WorkerPlaceOptions {
  number: number;
  config: Config;
  logger: Logger;
  onNews: (news: WorkerNews) => void;
  onEnd: () => void;
}

/** How a worker ended, for the log. */
type End = { exitCode: number } | { signal: string } | { error: unknown };

const MEASURE_TIMEOUT_MS = 1000;

export class WorkerPlace {
  isListening = false;
  knowledge = NO_KNOWLEDGE;
  readonly #options: WorkerPlaceOptions;
  readonly #restartDelay = new RestartDelay();
  readonly #measures = new Replies<MetricsSnapshot>(MEASURE_TIMEOUT_MS);
  #worker: Worker | undefined;
  #startedAt = 0;
  #restart: NodeJS.Timeout | undefined;
  /** Set when no other worker is to come. */
  #noteLast: (() => void) | undefined;

  constructor(options: WorkerPlaceOptions) {
    this.#options = options;
  }

  get number(): number {
    return this.#options.number;
  }

  get pid(): number | undefined {
    return this.#worker?.process.pid;
  }

  start(): void {
    const { number, config, onNews } = this.#options;
    this.#startedAt = performance.now();
    try {
      const worker = cluster.fork();
      this.#worker = worker;
      worker.on('message', (message: FromWorker) => {
        if (message.kind === 'measured') this.#measures.take(message.id, message.snapshot);
        else onNews(message);
      });
      worker.once('exit', (exitCode: number | null, signal: string) => {
        this.#end(exitCode === null ? { signal } : { exitCode });
      });
      // Node's own messages to a worker that just died fail here; only one that never lived has no exit to come.
      worker.on('error', (error) => {
        if (worker.process.pid === undefined) this.#end({ error });
      });
    } catch (error) {
      this.#end({ error });
    }
    this.send({ kind: 'serve', number, config });
  }

  send(message: ToWorker): void {
    // A worker that is gone is noticed by `exit`.
    if (this.#worker?.isConnected()) this.#worker.send(message, () => undefined);
  }

  /** Undefined: there is no worker, or it does not reply. */
  measure(): Promise<MetricsSnapshot | undefined> {
    return this.#measures.ask((id) => this.send({ kind: 'measure', id }));
  }

  /** Resolves when the worker has finished its requests and ended. */
  async stop(): Promise<void> {
    clearTimeout(this.#restart);
    const ended = new Promise<void>((resolve) => (this.#noteLast = resolve));
    if (!this.#worker) return;
    this.send({ kind: 'stop' });
    await ended;
  }

  kill(): void {
    this.#worker?.process.kill('SIGKILL');
  }

  #end(end: End): void {
    const { number, logger, onEnd } = this.#options;
    const { pid } = this;
    this.#worker = undefined;
    this.isListening = false;
    this.knowledge = NO_KNOWLEDGE;
    this.#measures.abandon();
    onEnd();
    if (this.#noteLast) {
      this.#noteLast();
      return;
    }
    const delayMs = this.#restartDelay.nextMs(performance.now() - this.#startedAt);
    logger.warn('worker ended; starting another one', { worker: number, pid, ...end, delayMs });
    this.#restart = setTimeout(() => this.start(), delayMs);
  }
}
