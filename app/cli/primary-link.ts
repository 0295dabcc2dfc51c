/** A worker's side of the channel to the primary. */
import type { Worker } from 'node:cluster';
import type { MetricsSnapshot } from '../observe/metrics';
import { LateCall } from './late-call';
import { Replies } from './replies';
import type { FromWorker, ServeMessage, ToWorker } from './worker-messages';

/** What the primary may ask of a worker that has begun. */
export interface Duties {
  reload: () => void;
  measure: () => Promise<MetricsSnapshot>;
}

const TOTALS_TIMEOUT_MS = 5000;

export class PrimaryLink {
  /** The first thing that the primary says. */
  readonly orders: Promise<ServeMessage>;
  /** Why to stop: the primary says so, or has vanished. */
  readonly stopped: Promise<string>;
  /** Resolves when no other worker knows more. */
  readonly mayListen: Promise<void>;
  readonly #worker: Worker;
  #duties: Duties | undefined;
  readonly #reload = new LateCall();
  #allow = (): void => undefined;
  readonly #totals = new Replies<string>(TOTALS_TIMEOUT_MS);

  constructor(worker: Worker) {
    this.#worker = worker;
    let obey = (_orders: ServeMessage): void => undefined;
    let stop = (_reason: string): void => undefined;
    this.mayListen = new Promise((resolve) => (this.#allow = resolve));
    this.orders = new Promise((resolve) => (obey = resolve));
    this.stopped = new Promise((resolve) => (stop = resolve));
    worker.on('message', (message: ToWorker) => {
      if (message.kind === 'serve') obey(message);
      else if (message.kind === 'stop') stop('the primary stops');
      else this.#take(message);
    });
    worker.once('disconnect', () => stop('the primary is gone'));
    // Node ends a worker at once when the primary vanishes, unless this is set; but there are requests to finish.
    worker.exitedAfterDisconnect = true;
  }

  /** From now on the primary may ask; a reload that it asked for before is made up for. */
  begin(duties: Duties): void {
    this.#duties = duties;
    this.#reload.answerBy(duties.reload);
  }

  send(message: FromWorker): void {
    // A primary that is gone is noticed by `disconnect`.
    this.#worker.send(message, () => undefined);
  }

  /** The metrics of all workers. */
  async askTotals(): Promise<string> {
    const text = await this.#totals.ask((id) => this.send({ kind: 'ask totals', id }));
    if (text === undefined) throw new Error('the primary did not tell the metrics of all workers');
    return text;
  }

  /** Lets the process end. */
  close(): void {
    if (this.#worker.isConnected()) process.disconnect();
  }

  #take(message: Exclude<ToWorker, { kind: 'serve' | 'stop' }>): void {
    switch (message.kind) {
      case 'listen':
        this.#allow();
        break;
      case 'reload':
        this.#reload.call();
        break;
      case 'measure':
        void this.#duties?.measure().then((snapshot) => this.send({ kind: 'measured', id: message.id, snapshot }));
        break;
      case 'totals':
        this.#totals.take(message.id, message.text);
    }
  }
}
