/**
 * Brings the index up to date with the data directory: looks, reads what changed, swaps file by file.
 *
 * Last known good: a file that turns bad stays in service as it was, and so does everything when the directory is gone,
 * unreadable or suddenly empty, until files come back or the operator accepts it. Files may come back one by one, as from a
 * backup: those that have not are kept until no more come. New versions go in before old files go out, so a repository that
 * moves from one file to another is never missing.
 */
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import type { Problem } from '../redirects/problem';
import { describeProblem } from '../redirects/problem';
import type { FileIndex } from '../store/repository-index';
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
  /** Files that did not change are read again too. */
  rereadsAll: boolean;
  /** The operator says that what is there now is the truth, even if it is nothing. */
  acceptsLoss: boolean;
}

export interface Refreshed {
  changed: number;
  removed: number;
  durationMs: number;
  /** Problems that were not there before. */
  newProblems: Problem[];
}

/** Removals that come one by one (rm -r) are waited for: only the end tells whether everything is gone. */
const SETTLE_MS = 150;
const MOST_SETTLING_LOOKS = 20;
/** After a loss: when nothing has come back for so long, what is still missing was unpublished. */
const REFILL_QUIET_MS = 60_000;
/** Files that are taken out before other work may run. */
const REMOVALS_A_TURN = 100;

export class Refresher {
  readonly #problems = new Map<string, Problem[]>();
  readonly #inService = new Set<string>();
  /** Lost with the directory and not back yet, and since when none has come back. */
  #lost: ReadonlySet<string> = new Set();
  #quietSinceMs = 0;
  #unreadable: Problem[] = [];
  /** Descriptions of problems that stand between files, as of the last refresh. */
  #standing = new Set<string>();
  #newProblems: Problem[] = [];
  #changedCount = 0;
  #directory: LoadStatus['directory'] = { state: 'ok', reason: '', since: new Date() };
  #isLoaded = false;
  #lastRefresh: LoadStatus['lastRefresh'];

  /** `nowMs`: any clock. */
  constructor(
    readonly reader: RedirectReader,
    readonly index: FileIndex,
    readonly nowMs = (): number => performance.now(),
  ) {}

  get status(): LoadStatus {
    return {
      isLoaded: this.#isLoaded,
      directory: this.#directory,
      fileCount: this.#inService.size,
      problems: [...[...this.#problems.values()].flat(), ...this.#unreadable, ...this.index.duplicates()],
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

  /**
   * Not to be called again before it ends. When it fails, what it has read counts as read although it may not be in
   * service: the next request has to read everything again.
   */
  async refresh({ scope, rereadsAll, acceptsLoss }: RefreshRequest): Promise<Refreshed> {
    const startedAt = performance.now();
    this.#newProblems = [];
    this.#changedCount = 0;
    const look = await this.#readUntilSettled(scope, rereadsAll);
    let removed: string[] = [];
    switch (look.kind) {
      case 'gone':
        this.#setDirectory(look.state, look.reason);
        if (!acceptsLoss) {
          this.#noteLost(this.knownFiles);
          this.#quietSinceMs = this.nowMs();
          break;
        }
        this.#noteLost([]);
        removed = this.knownFiles;
        // First: what goes now is not known to be gone.
        this.#isLoaded = false;
        await this.#takeOut(removed);
        break;
      case 'part':
        break;
      case 'whole':
        removed = this.#judgeRemovals(look, acceptsLoss);
        await this.#takeOut(removed);
        this.#unreadable = look.unreadable.map(describeUnreadable);
        if (this.#lost.size === 0) this.#setDirectory('ok', '');
        else if (look.lost.length > 0) this.#setDirectory('emptied', `${GONE_AT_ONCE}: ${look.lost.length}`);
        else this.#setDirectory('emptied', `${NOT_BACK}: ${this.#lost.size}`);
        this.#isLoaded = true;
    }
    this.#noteStanding();
    const changed = this.#changedCount;
    const durationMs = performance.now() - startedAt;
    this.#lastRefresh = { at: new Date(), durationMs, changed, removed: removed.length };
    return { changed, removed: removed.length, durationMs, newProblems: this.#newProblems };
  }

  /** Files that were unpublished; notes those that are only lost. */
  #judgeRemovals({ removed, lost }: Extract<Look, { kind: 'whole' }>, acceptsLoss: boolean): string[] {
    const notBack = removed.filter((file) => this.#lost.has(file));
    this.#noteLost(acceptsLoss ? [] : [...lost, ...notBack]);
    if (acceptsLoss) return [...removed, ...lost];
    if (lost.length > 0) this.#quietSinceMs = this.nowMs();
    else if (this.nowMs() - this.#quietSinceMs >= REFILL_QUIET_MS) this.#noteLost([]);
    return removed.filter((file) => !this.#lost.has(file));
  }

  #noteLost(files: string[]): void {
    if (files.length !== this.#lost.size) this.#quietSinceMs = this.nowMs();
    this.#lost = new Set(files);
  }

  /**
   * New versions go into service at once; what is gone is looked at until it is no longer becoming more. A part of the
   * directory has no removals then: only the whole tells what they mean.
   */
  async #readUntilSettled(scope: Scope, rereadsAll: boolean): Promise<Look> {
    let look = await this.reader.look(scope, { rereadsAll });
    await this.#readChanged(look);
    for (let looks = 0; countGone(look) > 0 && looks < MOST_SETTLING_LOOKS; looks++) {
      await delay(SETTLE_MS);
      const next = await this.reader.look('all', { rereadsAll: false });
      await this.#readChanged(next);
      const isSettled = countGone(next) === countGone(look);
      look = next;
      if (isSettled) break;
    }
    return look;
  }

  async #readChanged(look: Look): Promise<void> {
    if (look.kind === 'gone') return;
    let rest = look.changed;
    this.#changedCount += rest.length;
    let reading = rest.length > 0 ? this.reader.read(rest) : undefined;
    while (reading) {
      const readings = await reading;
      rest = rest.slice(readings.length);
      // The next ones are read while these are put into service.
      reading = rest.length > 0 ? this.reader.read(rest) : undefined;
      reading?.catch(() => undefined);
      for (const done of readings) await this.#apply(done);
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
    const before = this.#problems.get(file) ?? [];
    if (problems.length > 0) this.#problems.set(file, problems);
    else this.#problems.delete(file);
    this.#newProblems.push(...withoutKnown(problems, new Set(before.map(describeProblem))));
  }

  async #takeOut(files: string[]): Promise<void> {
    for (const [position, file] of files.entries()) {
      await this.index.remove(file);
      this.#inService.delete(file);
      this.#problems.delete(file);
      if (position % REMOVALS_A_TURN === REMOVALS_A_TURN - 1) await nextTurn();
    }
    if (files.length > 0) await this.reader.forget(files);
  }

  #noteStanding(): void {
    const standing = [...this.#unreadable, ...this.index.duplicates()];
    this.#newProblems.push(...withoutKnown(standing, this.#standing));
    this.#standing = new Set(standing.map(describeProblem));
  }

  #setDirectory(state: LoadStatus['directory']['state'], reason: string): void {
    const since = this.#directory.state === state ? this.#directory.since : new Date();
    this.#directory = { state, reason, since };
  }
}

const GONE_AT_ONCE = 'redirect files that are gone all at once';
const NOT_BACK = 'redirect files that have not come back yet';

const countGone = (look: Look): number => {
  if (look.kind === 'gone') return 0;
  return look.removed.length + (look.kind === 'whole' ? look.lost.length : 0);
};

const withoutKnown = (problems: Problem[], known: Set<string>): Problem[] =>
  problems.filter((problem) => !known.has(describeProblem(problem)));

const describeUnreadable = ({ directory, reason }: { directory: string; reason: string }): Problem => ({
  file: directory,
  pointer: '',
  message: reason,
  severity: 'error',
});
