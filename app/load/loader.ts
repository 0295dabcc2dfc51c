/**
 * Keeps an index current: one refresh at a time, when an event, the clock or the operator asks for one.
 */
import type { Logger } from '../observe/logger';
import { describeProblem } from '../redirects/problem';
import type { RepositoryIndex } from '../store/repository-index';
import type { Scope } from './directory-reader';
import type { LoadStatus } from './load-status';
import type { RefreshRequest } from './refresh';
import { Refresher } from './refresh';
import { ThreadedReader } from './threaded-reader';

export interface LoaderOptions {
  dataDir: string;
  /** Time between two looks at the whole directory, events or not. */
  rescanIntervalMs: number;
  index: RepositoryIndex;
  logger: Logger;
  /** See ThreadedReaderOptions. */
  threadFile?: string;
}

const RESTART_MS = 1000;
/** While the data directory is not as it should be, it is looked at more often than usual. */
const RECHECK_MS = 1000;

const KEPT = 'data directory is not as it was; everything stays in service until files come back or SIGHUP';
const NOTHING_YET = 'data directory cannot be read; pulls are answered 503 until it can';

export class Loader {
  readonly #options: LoaderOptions;
  #reader: ThreadedReader;
  readonly #refresher: Refresher;
  #rescan: NodeJS.Timeout | undefined;
  #recheck: NodeJS.Timeout | undefined;
  #pending: RefreshRequest | undefined;
  #running: Promise<void> | undefined;
  #isClosed = false;
  #loggedProblems = new Set<string>();
  #loggedState: LoadStatus['directory']['state'] = 'ok';

  constructor(options: LoaderOptions) {
    this.#options = options;
    this.#reader = this.#startReader([]);
    this.#refresher = new Refresher(
      {
        look: (scope, how) => this.#reader.look(scope, how),
        read: (files) => this.#reader.read(files),
        forget: (files) => this.#reader.forget(files),
      },
      options.index,
    );
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
    await this.request('all');
  }

  /** SIGHUP: reads every file again and takes what is there for the truth. */
  async acceptDirectory(): Promise<void> {
    this.#options.logger.info('reload', { reason: 'the operator asked for it' });
    await this.#enqueue({ scope: 'all', isOperatorsWord: true });
  }

  /** Looks again; resolves when that is done. */
  request(scope: Scope): Promise<void> {
    return this.#enqueue({ scope, isOperatorsWord: false });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#rescan);
    clearTimeout(this.#recheck);
    await this.#reader.close();
    await this.#running;
  }

  #startReader(knownFiles: string[]): ThreadedReader {
    const { dataDir, threadFile, logger } = this.#options;
    return new ThreadedReader({
      dataDir,
      knownFiles,
      ...(threadFile !== undefined && { threadFile }),
      onChange: (scope) => void this.request(scope),
      onDeath: (error) => {
        logger.error('reading thread ended; starting another one', { error });
        setTimeout(() => {
          if (this.#isClosed) return;
          this.#reader = this.#startReader(this.#refresher.knownFiles);
          void this.request('all');
        }, RESTART_MS).unref();
      },
    });
  }

  #enqueue(request: RefreshRequest): Promise<void> {
    this.#pending = merge(this.#pending, request);
    return this.#run();
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
      const before = this.status.lastRefresh;
      await this.#refresher.refresh(request);
      this.#report(before);
      clearTimeout(this.#recheck);
      if (this.status.directory.state !== 'ok') this.#recheck = setTimeout(() => void this.request('all'), RECHECK_MS);
    } catch (error) {
      if (!this.#isClosed) this.#options.logger.error('refresh failed; everything stays as it was', { error });
    }
  }

  #report(before: LoadStatus['lastRefresh']): void {
    const { logger, dataDir } = this.#options;
    const { directory, problems, lastRefresh, fileCount } = this.status;
    if (directory.state !== this.#loggedState) {
      const { state, reason } = directory;
      if (state === 'ok') logger.info('data directory is back', { dataDir });
      else logger.warn(this.isLoaded ? KEPT : NOTHING_YET, { dataDir, state, reason });
      this.#loggedState = state;
    }
    const descriptions = new Set(problems.map(describeProblem));
    for (const description of descriptions) {
      if (!this.#loggedProblems.has(description)) logger.warn('problem', { problem: description });
    }
    this.#loggedProblems = descriptions;
    if (!lastRefresh || lastRefresh === before || lastRefresh.changed + lastRefresh.removed === 0) return;
    const { changed, removed, durationMs } = lastRefresh;
    logger.info('refreshed', {
      changed,
      removed,
      files: fileCount,
      problems: problems.length,
      durationMs: Math.round(durationMs),
    });
  }
}

function merge(a: RefreshRequest | undefined, b: RefreshRequest): RefreshRequest {
  if (!a) return b;
  return {
    scope: a.scope === 'all' || b.scope === 'all' ? 'all' : [...new Set([...a.scope, ...b.scope])],
    isOperatorsWord: a.isOperatorsWord || b.isOperatorsWord,
  };
}
