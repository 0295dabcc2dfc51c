/**
 * The main thread's side of the reading thread: calls as promises, and word of changes.
 */
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Look, Scope } from './directory-reader';
import type { FileReading } from './read-redirect-file';
import type { RedirectReader } from './refresh';
import type { CallMessage, PackedReadings, ReaderCall, ReadingThreadSettings, ThreadMessage } from './thread-messages';
import { unpackReadings } from './thread-messages';

export interface ThreadedReaderOptions extends ReadingThreadSettings {
  /** Something may have changed, and is noted for the next look. */
  onChange: () => void;
  /** The thread ended by itself; it answers no more calls. */
  onDeath: (cause: Error) => void;
  /** Compiled reading-thread.js; default: beside this file. */
  threadFile?: string;
}

/** What is asked for at once: the main thread puts it into service in one go, and answers no request meanwhile. */
const MOST_FILES = 16;

const YOUNG_GENERATION_MB = 8;

interface PendingCall {
  resolve: (result: unknown) => void;
  reject: (cause: Error) => void;
}

export class ThreadedReader implements RedirectReader {
  readonly #worker: Worker;
  readonly #pending = new Map<number, PendingCall>();
  /** The first load: what has changed is read unasked, as fast as can be. Later, requests come first. */
  #readsOn: boolean;
  readonly #unasked: PackedReadings[] = [];
  /** Who waits for the next of those. */
  #awaited: PendingCall | undefined;
  #lastId = 0;
  #isClosed = false;
  /** Why the thread answers no more. */
  #end: Error | undefined;

  constructor({ dataDir, knownFiles, onChange, onDeath, threadFile }: ThreadedReaderOptions) {
    const settings: ReadingThreadSettings = { dataDir, knownFiles };
    this.#readsOn = knownFiles.length === 0;
    this.#worker = new Worker(threadFile ?? join(__dirname, 'reading-thread.js'), {
      workerData: settings,
      // What is parsed is garbage at once: collected early, it does not grow the process.
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
    });
    let cause = new Error('the reading thread ended');
    this.#worker.on('message', (message: ThreadMessage) => {
      switch (message.kind) {
        case 'changed':
          onChange();
          break;
        case 'read':
          this.#unasked.push(message.readings);
          this.#giveNext();
          break;
        case 'result':
          // Of an earlier look, if any: its refresh has failed.
          this.#unasked.length = 0;
          this.#awaited = undefined;
          this.#take(message.id).resolve(message.result);
      }
    });
    this.#worker.on('error', (error) => {
      cause = new Error('the reading thread failed', { cause: error });
    });
    this.#worker.on('exit', () => {
      this.#end = cause;
      for (const { reject } of this.#pending.values()) reject(cause);
      this.#pending.clear();
      this.#awaited?.reject(cause);
      if (!this.#isClosed) onDeath(cause);
    });
  }

  async look(scope: Scope, { rereadsAll }: { rereadsAll: boolean }): Promise<Look> {
    return (await this.#call({ call: 'look', scope, rereadsAll, readsOn: this.#readsOn })) as Look;
  }

  /** Until `watch`, `files` has to be the rest of what the last look found. */
  async read(files: string[]): Promise<FileReading[]> {
    const readings = this.#readsOn
      ? this.#awaitNext()
      : this.#call({ call: 'read', files: files.slice(0, MOST_FILES) });
    return unpackReadings((await readings) as PackedReadings, files);
  }

  async forget(files: string[]): Promise<void> {
    await this.#call({ call: 'forget', files });
  }

  /** From now on, changes are told; those since the last look are too. */
  async watch(): Promise<void> {
    this.#readsOn = false;
    await this.#call({ call: 'watch' });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#worker.terminate();
  }

  #call(call: ReaderCall): Promise<unknown> {
    // A message to a thread that has ended is lost without a word.
    if (this.#end) return Promise.reject(this.#end);
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#worker.postMessage({ id, ...call } satisfies CallMessage);
    });
  }

  #awaitNext(): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#awaited = { resolve, reject };
      if (this.#end) reject(this.#end);
      else this.#giveNext();
    });
  }

  #giveNext(): void {
    const readings = this.#awaited && this.#unasked.shift();
    if (!readings) return;
    this.#awaited?.resolve(readings);
    this.#awaited = undefined;
  }

  #take(id: number): PendingCall {
    const call = this.#pending.get(id) as PendingCall;
    this.#pending.delete(id);
    return call;
  }
}
