/**
 * Keeps an index current: one refresh at a time, when an event, the clock or the operator asks for one.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../observe/logger';
import { describeProblem } from '../redirects/problem';
import type { FileIndex } from '../store/repository-index';
import type { Scope } from './directory-reader';
import { letHeapsGrow } from './garbage';
import type { LoadStatus } from './load-status';
import type { Refreshed, RefreshRequest } from './refresh';
import { Refresher } from './refresh';
import { ThreadedReader } from './threaded-reader';

export interface LoaderOptions {
  dataDir: string;
  /** Time between two looks at the whole directory, events or not. */
  rescanIntervalMs: number;
  index: FileIndex;
  logger: Logger;
  /** The status may have changed. */
  onRefreshed?: (() => void) | undefined;
  /** See ThreadedReaderOptions. */
  threadFile?: string;
}

const RESTART_MS = 1000;
/** While no thread lives long enough to read anything, each next one is started after twice the time, at most this. */
const LONGEST_RESTART_MS = 32_000;
const MOST_CLOSING_MS = 500;
/** While something is not as it should be, the directory is looked at more often than usual. */
const RECHECK_MS = 1000;

/** Of problems that come together; a log of thousands of lines would hold up requests, and nobody would read it. */
const MOST_TOLD = 20;

const MORE_PROBLEMS = 'there are more problems; "davit check" lists them all';
const KEPT = 'data directory is not as it was; everything stays in service until files come back or SIGHUP';
const NOTHING_YET = 'data directory cannot be read; pulls are answered 503 until it can';

export class Loader {
  readonly #options: LoaderOptions;
  readonly #refresher: Refresher;
  #reader: ThreadedReader;
  #rescan: NodeJS.Timeout | undefined;
  #recheck: NodeJS.Timeout | undefined;
  #pending: RefreshRequest | undefined;
  #running: Promise<void> | undefined;
  #restartMs = RESTART_MS;
  /** No reading thread is there now: the next one begins with a look at everything. */
  #awaitsThread = false;
  #isClosed = false;
  #reportedState: LoadStatus['directory']['state'] = 'ok';

  constructor(options: LoaderOptions) {
    this.#options = options;
    this.#reader = this.#startReader([]);
    const reader = {
      look: (scope: Scope, how: { rereadsAll: boolean }) => this.#reader.look(scope, how),
      read: (files: string[]) => this.#reader.read(files),
      forget: (files: string[]) => this.#reader.forget(files),
    };
    this.#refresher = new Refresher(reader, options.index);
  }

  get status(): LoadStatus {
    return this.#refresher.status;
  }

  get isLoaded(): boolean {
    return this.#refresher.isLoaded;
  }

  /** Resolves after the first look at the whole directory, whatever it found. */
  async start(): Promise<void> {
    this.#rescan = setInterval(() => void this.request('all'), this.#options.rescanIntervalMs);
    await this.#loadAndWatch();
  }

  /** SIGHUP: reads every file again and takes what is there for the truth. */
  async acceptDirectory(): Promise<void> {
    this.#options.logger.info('reload', { reason: 'the operator asked for it' });
    this.#ask({ scope: 'all', rereadsAll: true, acceptsLoss: true });
    await this.#run();
  }

  /** Looks again; resolves when that is done. */
  async request(scope: Scope): Promise<void> {
    this.#ask({ scope, rereadsAll: false, acceptsLoss: false });
    await this.#run();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#rescan);
    clearTimeout(this.#recheck);
    // A thread in the middle of a huge file, or on a file server that hangs, ends when it can.
    const ended = this.#reader.close().then(() => this.#running);
    await Promise.race([ended, delay(MOST_CLOSING_MS, undefined, { ref: false })]);
  }

  #startReader(knownFiles: string[]): ThreadedReader {
    const { dataDir, threadFile, logger } = this.#options;
    return new ThreadedReader({
      dataDir,
      knownFiles,
      ...(threadFile !== undefined && { threadFile }),
      onChange: () => void this.request('noted'),
      onDeath: (error) => {
        this.#awaitsThread = true;
        const inMs = this.#restartMs;
        this.#restartMs = Math.min(2 * inMs, LONGEST_RESTART_MS);
        logger.error('reading thread ended; starting another one', { error, inMs });
        setTimeout(() => {
          if (this.#isClosed) return;
          this.#awaitsThread = false;
          this.#reader = this.#startReader(this.#refresher.knownFiles);
          void this.#loadAndWatch();
        }, inMs).unref();
      },
    });
  }

  /** Watching comes second: taking stock of a large directory would hold up reading it. */
  async #loadAndWatch(): Promise<void> {
    await this.request('all');
    letHeapsGrow();
    await this.#reader.watch().catch((error: unknown) => {
      if (!this.#isClosed) this.#options.logger.debug('watching not begun', { error });
    });
  }

  #ask(request: RefreshRequest): void {
    this.#pending = this.#pending ? merge(this.#pending, request) : request;
  }

  /** Single flight: what is asked for meanwhile is done by one further refresh. */
  async #run(): Promise<void> {
    while (this.#running) await this.#running;
    const request = this.#pending;
    if (!request || this.#isClosed) return;
    this.#pending = undefined;
    this.#running = this.#refresh(request).finally(() => (this.#running = undefined));
    await this.#running;
  }

  async #refresh(request: RefreshRequest): Promise<void> {
    try {
      this.#report(await this.#refresher.refresh(request));
      this.#restartMs = RESTART_MS;
      this.#options.onRefreshed?.();
      if (this.#reportedState !== 'ok') this.#recheckSoon();
    } catch (error) {
      if (this.#isClosed) return;
      this.#options.logger.error('refresh failed; everything is read again', { error });
      this.#ask({ ...request, scope: 'all', rereadsAll: true });
      if (!this.#awaitsThread) this.#recheckSoon();
    }
  }

  /** Not started anew by every refresh: a steady stream of publications must not postpone it for ever. */
  #recheckSoon(): void {
    if (this.#isClosed || this.#recheck) return;
    this.#recheck = setTimeout(() => {
      this.#recheck = undefined;
      void this.request('all');
    }, RECHECK_MS);
  }

  #report({ changed, removed, durationMs, newProblems }: Refreshed): void {
    const { logger, dataDir } = this.#options;
    const { directory, fileCount, problems } = this.status;
    if (directory.state !== this.#reportedState) {
      const { state, reason } = directory;
      if (state === 'ok') logger.info('data directory is as it should be again', { dataDir });
      else logger.warn(this.isLoaded ? KEPT : NOTHING_YET, { dataDir, state, reason });
      this.#reportedState = state;
    }
    for (const problem of newProblems.slice(0, MOST_TOLD)) {
      logger.warn('problem', { problem: describeProblem(problem) });
    }
    if (newProblems.length > MOST_TOLD) logger.warn(MORE_PROBLEMS, { more: newProblems.length - MOST_TOLD });
    if (changed + removed === 0) return;
    const counts = { changed, removed, files: fileCount, problems: problems.length };
    logger.info('refreshed', { ...counts, durationMs: Math.round(durationMs) });
  }
}

const merge = (a: RefreshRequest, b: RefreshRequest): RefreshRequest => ({
  scope: a.scope === 'all' ? 'all' : b.scope,
  rereadsAll: a.rereadsAll || b.rereadsAll,
  acceptsLoss: a.acceptsLoss || b.acceptsLoss,
});
