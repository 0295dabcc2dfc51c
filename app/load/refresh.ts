/**
 * Brings the index up to date with the data directory: looks, reads what changed, swaps file by file.
 *
 * Last known good: a file that turns bad stays in service as it was, and so does everything when the directory is gone,
 * unreadable or suddenly empty, until files come back or the operator accepts it. New versions go in before old files go
 * out, so a repository that moves from one file to another is never missing.
 */
import type { Problem } from '../redirects/problem';
import type { RepositoryIndex } from '../store/repository-index';
import type { Look, Scope } from './directory-reader';
import type { LoadStatus } from './load-status';
import type { FileReading } from './read-redirect-file';

/** A directory reader on this thread or another one. */
export interface RedirectReader {
  look(scope: Scope, options: { rereadsAll: boolean }): Promise<Look>;
  /** Reads some of the files from the front of the list, at least one: as many as fit in one message. */
  read(files: string[]): Promise<FileReading[]>;
  forget(files: string[]): Promise<void>;
}

export interface RefreshRequest {
  scope: Scope;
  /** The operator says that what is there now is the truth, even if it is nothing; and every file is read again. */
  isOperatorsWord: boolean;
}

/** Removals that come one by one (rm -r) are waited for: only the end tells whether everything is gone. */
const SETTLE_MS = 150;
const MOST_SETTLING_LOOKS = 20;

export class Refresher {
  readonly #problems = new Map<string, Problem[]>();
  readonly #inService = new Set<string>();
  #directory: LoadStatus['directory'] = { state: 'ok', reason: '', since: new Date() };
  #isLoaded = false;
  #lastRefresh: LoadStatus['lastRefresh'];

  constructor(
    readonly reader: RedirectReader,
    readonly index: RepositoryIndex,
    readonly delay: (ms: number) => Promise<void> = (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  ) {}

  get status(): LoadStatus {
    return {
      isLoaded: this.#isLoaded,
      directory: this.#directory,
      fileCount: this.#inService.size,
      problems: [...[...this.#problems.values()].flat(), ...this.index.duplicates()],
      lastRefresh: this.#lastRefresh,
    };
  }

  /** The whole directory has been read at least once. */
  get isLoaded(): boolean {
    return this.#isLoaded;
  }

  /** Files that are in service or were refused: what a new reader has to know. */
  get knownFiles(): string[] {
    return [...new Set([...this.#inService, ...this.#problems.keys()])];
  }

  /** Not to be called again before it ends. */
  async refresh({ scope, isOperatorsWord }: RefreshRequest): Promise<void> {
    const startedAt = performance.now();
    const look = await this.#lookUntilSettled(scope, isOperatorsWord);
    if (look.directory.state !== 'ok') {
      this.#setDirectory(look.directory.state, look.directory.reason);
      if (isOperatorsWord) {
        await this.#takeOut(this.knownFiles);
        this.#isLoaded = false;
      }
      return;
    }
    await this.#readChanged(look.changed);
    const kept = isOperatorsWord ? [] : look.lost;
    const removed = look.removed.filter((file) => !kept.includes(file));
    await this.#takeOut(removed);
    if (look.isComplete) this.#noteUnreadable(look.unreadable);
    if (kept.length > 0) this.#setDirectory('emptied', `redirect files that are gone all at once: ${kept.length}`);
    else if (look.isComplete) this.#setDirectory('ok', '');
    if (look.isComplete) this.#isLoaded = true;
    this.#lastRefresh = {
      at: new Date(),
      durationMs: performance.now() - startedAt,
      changed: look.changed.length,
      removed: removed.length,
    };
  }

  async #lookUntilSettled(scope: Scope, rereadsAll: boolean): Promise<Look> {
    let look = await this.reader.look(scope, { rereadsAll });
    for (let looks = 0; look.removed.length > 0 && looks < MOST_SETTLING_LOOKS; looks++) {
      await this.delay(SETTLE_MS);
      const next = await this.reader.look('all', { rereadsAll });
      const isSettled = next.removed.length === look.removed.length;
      look = next;
      if (isSettled) break;
    }
    return look;
  }

  async #readChanged(changed: string[]): Promise<void> {
    for (let done = 0; done < changed.length;) {
      const readings = await this.reader.read(changed.slice(done));
      done += readings.length;
      for (const reading of readings) await this.#apply(reading);
    }
  }

  async #apply(reading: FileReading): Promise<void> {
    const { file } = reading;
    if (reading.kind === 'parsed') {
      const { modifiedMs, repository } = reading;
      await this.index.put({ file, modifiedMs, repository });
      this.#inService.add(file);
    }
    const problems = reading.kind === 'parsed' ? reading.warnings : reading.problems;
    if (problems.length > 0) this.#problems.set(file, problems);
    else this.#problems.delete(file);
  }

  async #takeOut(files: string[]): Promise<void> {
    for (const file of files) {
      await this.index.remove(file);
      this.#inService.delete(file);
      this.#problems.delete(file);
    }
    if (files.length > 0) await this.reader.forget(files);
  }

  /** A directory below the data directory is reported like a file; its problem goes when it can be read again. */
  #noteUnreadable(unreadable: Look['unreadable']): void {
    for (const [path, [problem]] of this.#problems) {
      if (problem?.pointer === UNREADABLE_DIRECTORY) this.#problems.delete(path);
    }
    for (const { directory, reason } of unreadable) {
      const problem: Problem = { file: directory, pointer: UNREADABLE_DIRECTORY, message: reason, severity: 'error' };
      this.#problems.set(directory, [problem]);
    }
  }

  #setDirectory(state: LoadStatus['directory']['state'], reason: string): void {
    if (this.#directory.state === state) this.#directory = { ...this.#directory, reason };
    else this.#directory = { state, reason, since: new Date() };
  }
}

const UNREADABLE_DIRECTORY = '/';
