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
  onChange: (scope: Scope) => void;
  /** The thread ended by itself; it answers no more calls. */
  onDeath: (cause: Error) => void;
  /** Compiled reading-thread.js; default: beside this file. */
  threadFile?: string;
}

/** What one message holds at most: the main thread applies it in one go. At first it has nothing else to do. */
const MOST_FILES_AT_FIRST = 128;
/** When requests are answered meanwhile: about a millisecond. */
const MOST_FILES_LATER = 16;

const YOUNG_GENERATION_MB = 8;

interface PendingCall {
  resolve: (result: unknown) => void;
  reject: (cause: Error) => void;
}

export class ThreadedReader implements RedirectReader {
  mostFiles = MOST_FILES_AT_FIRST;
  readonly #worker: Worker;
  readonly #pending = new Map<number, PendingCall>();
  #lastId = 0;
  #isClosed = false;
  /** Why the thread answers no more. */
  #end: Error | undefined;

  constructor({ dataDir, knownFiles, onChange, onDeath, threadFile }: ThreadedReaderOptions) {
    const settings: ReadingThreadSettings = { dataDir, knownFiles };
    this.#worker = new Worker(threadFile ?? join(__dirname, 'reading-thread.js'), {
      workerData: settings,
      // What is parsed is garbage at once: collected early, it does not grow the process.
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
    });
    let cause = new Error('the reading thread ended');
    this.#worker.on('message', (message: ThreadMessage) => {
      if (message.kind === 'changed') onChange(message.scope);
      else this.#take(message.id).resolve(message.result);
    });
    this.#worker.on('error', (error) => {
      cause = new Error('the reading thread failed', { cause: error });
    });
    this.#worker.on('exit', () => {
      this.#end = cause;
      for (const { reject } of this.#pending.values()) reject(cause);
      this.#pending.clear();
      if (!this.#isClosed) onDeath(cause);
    });
  }

  async look(scope: Scope, { rereadsAll }: { rereadsAll: boolean }): Promise<Look> {
    return (await this.#call({ call: 'look', scope, rereadsAll })) as Look;
  }

  async read(files: string[]): Promise<FileReading[]> {
    return unpackReadings((await this.#call({ call: 'read', files })) as PackedReadings, files);
  }

  async forget(files: string[]): Promise<void> {
    await this.#call({ call: 'forget', files });
  }

  /** From now on, changes are told; those since the last look are too. */
  async watch(): Promise<void> {
    this.mostFiles = MOST_FILES_LATER;
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

  #take(id: number): PendingCall {
    const call = this.#pending.get(id) as PendingCall;
    this.#pending.delete(id);
    return call;
  }
}
