/**
 * Notices changes of redirect files by the file system's events, with chokidar.
 *
 * Events only say where to look; what is true is read from the directory. They miss what facts about Pulp and inotify
 * make them miss: a link that dangles for a moment is forgotten by chokidar, and a root that is replaced is too. So
 * dangling and refused files are looked at again shortly, and the identity of the roots is compared twice a second.
 */
import { watch, type FSWatcher } from 'chokidar';
import type { DirectoryReader, Scope } from './directory-reader';
import { examinePath } from './fingerprint';
import { findRoots, isRedirectFileName } from './list-directory';
import { basename } from 'node:path';

/** Events that come together are told together. */
const DEBOUNCE_MS = 50;
/** More paths than this are better looked at all together. */
const MOST_PATHS = 500;
const SUSPECT_CHECK_MS = 100;
const ROOT_CHECK_MS = 500;
/** After this time a suspect is left to the periodic rescan. */
const SUSPECT_FOR_MS = 30_000;
const MOST_SUSPECTS = 1000;

export class DirectoryWatch {
  readonly #suspects = new Map<string, number>();
  #changed: Set<string> | 'all' = new Set();
  #debounce: NodeJS.Timeout | undefined;
  #timers: NodeJS.Timeout[] = [];
  #watcher: FSWatcher | undefined;
  #roots = '';

  constructor(
    readonly reader: DirectoryReader,
    readonly onChange: (scope: Scope) => void,
  ) {}

  start(): void {
    this.#roots = identifyRoots(this.reader.dataDir);
    this.#watchRoots();
    this.#timers = [
      setInterval(() => this.#checkSuspects(), SUSPECT_CHECK_MS),
      setInterval(() => this.#checkRoots(), ROOT_CHECK_MS),
    ];
  }

  /** A file that may be complete in a moment, although no event will tell. */
  suspect(file: string): void {
    if (this.#suspects.size < MOST_SUSPECTS) this.#suspects.set(file, Date.now() + SUSPECT_FOR_MS);
  }

  async close(): Promise<void> {
    clearTimeout(this.#debounce);
    for (const timer of this.#timers) clearInterval(timer);
    await this.#watcher?.close();
  }

  #watchRoots(): void {
    void this.#watcher?.close();
    this.#watcher = watch(findRoots(this.reader.dataDir), {
      ignoreInitial: true,
      followSymlinks: true,
      ignored: (path, stats) => stats?.isFile() === true && !isRedirectFileName(basename(path)),
    });
    this.#watcher.on('all', (event, path) => this.#note(event.endsWith('Dir') ? undefined : path));
    // For instance no inotify watches left: the periodic rescan still finds everything.
    this.#watcher.on('error', () => undefined);
  }

  /** Without a path: anything may have changed. */
  #note(path?: string): void {
    if (path === undefined || (this.#changed !== 'all' && this.#changed.size >= MOST_PATHS)) this.#changed = 'all';
    if (path !== undefined && this.#changed !== 'all') this.#changed.add(path);
    // Not started anew by every event: a steady stream of publications must not postpone them all.
    this.#debounce ??= setTimeout(() => {
      const scope = this.#changed === 'all' ? 'all' : [...this.#changed];
      this.#debounce = undefined;
      this.#changed = new Set();
      this.onChange(scope);
    }, DEBOUNCE_MS);
  }

  #checkRoots(): void {
    const roots = identifyRoots(this.reader.dataDir);
    if (roots === this.#roots) return;
    this.#roots = roots;
    this.#watchRoots();
    this.#note();
  }

  #checkSuspects(): void {
    for (const [file, until] of this.#suspects) {
      if (this.reader.isChanged(file)) {
        this.#suspects.delete(file);
        // chokidar gave the path up when its target vanished.
        this.#watcher?.unwatch(file);
        this.#watcher?.add(file);
        this.#note(file);
      } else if (Date.now() > until) {
        this.#suspects.delete(file);
      }
    }
  }
}

/** Which directories are looked into, and whether they are still the same ones. */
function identifyRoots(dataDir: string): string {
  return [dataDir, ...findRoots(dataDir)]
    .map((root) => {
      const state = examinePath(root);
      return `${root} ${'identity' in state ? state.identity : state.kind}`;
    })
    .join('\n');
}
