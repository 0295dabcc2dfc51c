/**
 * Notices changes of redirect files by the file system's events.
 *
 * The directories that a look at everything has found are watched (watched-directories.ts), and the targets of links
 * (link-targets.ts). Events merely say where to look; what is true is read from the directory, and the periodic rescan finds
 * the rest.
 */
import { basename, join } from 'node:path';
import type { DirectoryReader } from './directory-reader';
import { examinePath } from './fingerprint';
import { findRoots, isRedirectFileName } from './list-directory';
import { LinkTargets } from './link-targets';
import { WatchedDirectories } from './watched-directories';

/** Events that come together are told together. */
const DEBOUNCE_MS = 50;
const SUSPECT_CHECK_MS = 100;
const ROOT_CHECK_MS = 500;
/** A suspect is looked at after a tenth of the time for which it is one: often at first, then ever more rarely. */
const SUSPECT_PATIENCE = 10;
const MOST_SUSPECTS = 1000;

export class DirectoryWatch {
  readonly #suspects = new Map<string, { since: number; checkAt: number }>();
  readonly #targets = new LinkTargets((file) => this.#note(file));
  #debounce: NodeJS.Timeout | undefined;
  readonly #directories = new WatchedDirectories({
    onEvent: (directory, name) => this.#noteEvent(directory, name),
    onWatched: () => this.#note(),
  });
  /** Links that were read before watching began: a watch for each of 10,000 would hold up reading them. */
  readonly #unwatchedLinks = new Set<string>();
  #isStarted = false;
  #roots = '';

  constructor(
    readonly reader: DirectoryReader,
    /** The reader has noted something that may have changed. */
    readonly onChange: () => void,
  ) {}

  /** What was read before is looked at once more when the watches stand: what changed meanwhile raised no event. */
  start(): void {
    this.#isStarted = true;
    for (const link of this.#unwatchedLinks) this.#targets.follow(link);
    this.#unwatchedLinks.clear();
    this.#roots = identifyRoots(this.reader.dataDir);
    this.coverDirectories();
    // They end with the thread.
    setInterval(() => this.#checkSuspects(), SUSPECT_CHECK_MS);
    setInterval(() => this.#checkRoots(), ROOT_CHECK_MS);
  }

  /** The directories that the last look at everything found are watched. */
  coverDirectories(): void {
    if (this.#isStarted) this.#directories.cover(this.reader.directories);
  }

  /** A file will be read: what it links to is watched, from the start on. */
  follow(file: string): void {
    if (this.reader.isNoLink(file)) this.#targets.forget(file);
    else if (this.#isStarted) this.#targets.follow(file);
    else this.#unwatchedLinks.add(file);
  }

  /** A file is gone. */
  forget(file: string): void {
    this.#targets.forget(file);
    this.#unwatchedLinks.delete(file);
    this.#suspects.delete(file);
  }

  /** A file that may be complete in a moment, although no event will tell. */
  suspect(file: string): void {
    if (this.#suspects.size >= MOST_SUSPECTS) return;
    const now = performance.now();
    this.#suspects.set(file, { since: now, checkAt: now });
  }

  #noteEvent(directory: string, name: string | null): void {
    if (name === null || name === basename(directory)) {
      this.#note();
      return;
    }
    const path = join(directory, name);
    // A directory may have such a name, too; the look tells.
    if (isRedirectFileName(name)) this.#note(path);
    else if (this.reader.isDirectory(path)) this.#note();
  }

  /** Without a path: anything may have changed. */
  #note(path?: string): void {
    this.reader.note(path);
    // Not started anew by every event: a steady stream of publications must not postpone them all.
    if (this.#debounce) return;
    this.#debounce = setTimeout(() => {
      this.#debounce = undefined;
      // A look that somebody else asked for has seen it.
      if (this.reader.hasNoted) this.onChange();
    }, DEBOUNCE_MS);
  }

  #checkRoots(): void {
    const roots = identifyRoots(this.reader.dataDir);
    if (roots === this.#roots) return;
    this.#roots = roots;
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
