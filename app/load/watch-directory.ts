/**
 * Notices changes of redirect files by the file system's events.
 *
 * chokidar watches the directories, this file the targets of links: chokidar forgets a link that dangles for a moment, and
 * merges events of one directory by time, so its own idea of what changed is not used, only the system's raw events.
 * Events merely say where to look; what is true is read from the directory, and the periodic rescan finds the rest.
 */
import { basename, join } from 'node:path';
import { watch as watchTree, type FSWatcher as TreeWatcher } from 'chokidar';
import type { DirectoryReader, Scope } from './directory-reader';
import { examinePath } from './fingerprint';
import { findRoots, isRedirectFileName } from './list-directory';
import { LinkTargets } from './link-targets';

/** Events that come together are told together. */
const DEBOUNCE_MS = 50;
/** More paths than this are better looked at all together. */
const MOST_PATHS = 500;
const SUSPECT_CHECK_MS = 100;
const ROOT_CHECK_MS = 500;
/** A new directory is looked at again when chokidar surely watches it. */
const SETTLED_MS = 400;
/** A suspect is looked at after a tenth of the time for which it is one: often at first, then ever more rarely. */
const SUSPECT_PATIENCE = 10;
const MOST_SUSPECTS = 1000;

export class DirectoryWatch {
  readonly #suspects = new Map<string, { since: number; checkAt: number }>();
  readonly #targets = new LinkTargets((file) => this.#note(file));
  #changed: Set<string> | 'all' = new Set();
  #debounce: NodeJS.Timeout | undefined;
  #watcher: TreeWatcher | undefined;
  #watchedDirectories: ReadonlyMap<string, string> = new Map();
  #roots = '';

  constructor(
    readonly reader: DirectoryReader,
    readonly onChange: (scope: Scope) => void,
  ) {}

  start(): void {
    this.#roots = identifyRoots(this.reader.dataDir);
    this.#watchRoots();
    // They end with the thread.
    setInterval(() => this.#checkSuspects(), SUSPECT_CHECK_MS);
    setInterval(() => this.#checkRoots(), ROOT_CHECK_MS);
  }

  /** A file will be read: what it links to is watched. */
  follow(file: string): void {
    if (this.reader.isNoLink(file)) this.#targets.forget(file);
    else this.#targets.follow(file);
  }

  /** A file is gone. */
  forget(file: string): void {
    this.#targets.forget(file);
    this.#suspects.delete(file);
  }

  /** A file that may be complete in a moment, although no event will tell. */
  suspect(file: string): void {
    if (this.#suspects.size >= MOST_SUSPECTS) return;
    const now = performance.now();
    this.#suspects.set(file, { since: now, checkAt: now });
  }

  /** chokidar goes on watching a directory that another one has replaced. */
  checkDirectories(): void {
    const { directories } = this.reader;
    if (directories === this.#watchedDirectories) return;
    const isReplaced = [...this.#watchedDirectories].some(([path, identity]) => {
      const now = directories.get(path);
      return now !== undefined && now !== identity;
    });
    this.#watchedDirectories = directories;
    if (isReplaced && this.#watcher) this.#watchRoots();
  }

  #watchRoots(): void {
    void this.#watcher?.close();
    // Of a directory that is not there, chokidar would watch the one above.
    const roots = findRoots(this.reader.dataDir).filter((root) => examinePath(root).kind === 'directory');
    const watcher = watchTree(roots, {
      ignoreInitial: true,
      followSymlinks: true,
      ignored: (_path, stats) => stats !== undefined && !stats.isDirectory(),
    });
    watcher.on('raw', (_event, name: string | null, details) => {
      if (name === null) {
        this.#note();
        return;
      }
      const { watchedPath } = details as { watchedPath: string };
      const path = join(watchedPath, name);
      if (isRedirectFileName(basename(name))) this.#note(path);
      else if (this.reader.isDirectory(path)) this.#note();
    });
    watcher.on('addDir', () => {
      this.#note();
      setTimeout(() => this.#note(), SETTLED_MS);
    });
    watcher.on('unlinkDir', (path) => {
      this.#note();
      // chokidar does not see a root come back, and a new directory may have the same inode.
      if (roots.includes(path)) this.#roots = '';
    });
    // What changed while chokidar was taking stock raised no event.
    watcher.on('ready', () => this.#note());
    // For instance no inotify watches left: the periodic rescan still finds everything.
    watcher.on('error', () => undefined);
    this.#watcher = watcher;
  }

  /** Without a path: anything may have changed. */
  #note(path?: string): void {
    if (path === undefined || (this.#changed !== 'all' && this.#changed.size >= MOST_PATHS)) this.#changed = 'all';
    if (path !== undefined && this.#changed !== 'all') this.#changed.add(path);
    // Not started anew by every event: a steady stream of publications must not postpone them all.
    if (this.#debounce) return;
    this.#debounce = setTimeout(() => {
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
    const now = performance.now();
    for (const [file, { since, checkAt }] of this.#suspects) {
      if (now < checkAt) continue;
      if (this.reader.isChanged(file)) {
        this.#note(file);
        this.#suspects.delete(file);
      } else {
        this.#suspects.set(file, { since, checkAt: now + (now - since) / SUSPECT_PATIENCE });
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
