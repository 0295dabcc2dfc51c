/**
 * Looks at a data directory and tells what changed since it was last read; reads only that.
 *
 * Remembers a fingerprint for every file that was read, good or bad. Synchronous: it runs in the reading thread, or in a
 * test or command that has nothing else to do.
 */
import { basename } from 'node:path';
import type { PathState } from './fingerprint';
import { examinePath } from './fingerprint';
import type { DirectoryListing } from './list-directory';
import { findRoots, isRedirectFileName, listDirectory, rootOf } from './list-directory';
import type { FileReading } from './read-redirect-file';
import { readRedirectFile } from './read-redirect-file';

/** What to look at: everything, or these paths. */
export type Scope = 'all' | string[];

export interface Look {
  directory: { state: 'ok' } | { state: 'missing' | 'unreadable'; reason: string };
  /** Files that are new, or not what was read last. */
  changed: string[];
  /** Files that were read once and are gone. */
  removed: string[];
  /** Of the removed ones: those whose whole root is gone or empty, which is no way to unpublish. */
  lost: string[];
  /** The whole directory was looked at. */
  isComplete: boolean;
  /** Directories below the data directory that cannot be read; what was read of them stays. */
  unreadable: { directory: string; reason: string }[];
}

export class DirectoryReader {
  /** File → fingerprint of what was read. */
  readonly #known = new Map<string, string>();
  #hasAliases = false;

  constructor(readonly dataDir: string) {}

  /** Files that an earlier reader has read: they count as known, and as changed. */
  remember(files: Iterable<string>): void {
    for (const file of files) this.#known.set(file, '');
  }

  /** Every file counts as changed at the next look. */
  rereadAll(): void {
    this.remember(this.#known.keys());
  }

  look(scope: Scope): Look {
    return scope === 'all' || this.#hasAliases ? this.#lookAtAll() : this.#lookAt(scope);
  }

  read(file: string): FileReading {
    // Before reading: a change while reading must look like one later.
    const state = examinePath(file);
    const reading = readRedirectFile(file);
    this.#known.set(file, fingerprintOf(state));
    return reading;
  }

  /** Whether a file is no longer what was read last. */
  isChanged(file: string): boolean {
    return fingerprintOf(examinePath(file)) !== this.#known.get(file);
  }

  /** Whether a path is a directory, or was one when files were read in it. */
  isDirectory(path: string): boolean {
    const { kind } = examinePath(path);
    return (
      kind === 'directory' || (kind === 'absent' && [...this.#known.keys()].some((file) => file.startsWith(`${path}/`)))
    );
  }

  /** The removal of these files has been accepted. */
  forget(files: Iterable<string>): void {
    for (const file of files) this.#known.delete(file);
  }

  #lookAtAll(): Look {
    const listing = listDirectory(this.dataDir);
    if (listing.kind === 'lost') {
      const { state, reason } = listing;
      return { directory: { state, reason }, changed: [], removed: [], lost: [], isComplete: true, unreadable: [] };
    }
    this.#hasAliases = listing.hasAliases;
    const changed = [...listing.files]
      .filter(([file, state]) => state.fingerprint !== this.#known.get(file))
      .map(([file]) => file);
    const isUnknown = (file: string): boolean =>
      listing.unreadable.some(({ directory }) => file.startsWith(`${directory}/`));
    const removed = [...this.#known.keys()].filter((file) => !listing.files.has(file) && !isUnknown(file));
    return {
      directory: { state: 'ok' },
      changed,
      removed,
      lost: this.#findLost(removed, listing),
      isComplete: true,
      unreadable: listing.unreadable,
    };
  }

  #lookAt(paths: string[]): Look {
    const roots = findRoots(this.dataDir);
    const isOurs = (path: string): boolean => roots.some((root) => path.startsWith(`${root}/`));
    const files = paths.filter((path) => isRedirectFileName(basename(path)) && isOurs(path));
    const states = files.map((file) => ({ file, state: examinePath(file) }));
    return {
      directory: { state: 'ok' },
      changed: states
        .filter(({ file, state }) => isListed(state) && state.fingerprint !== this.#known.get(file))
        .map(({ file }) => file),
      removed: states.filter(({ file, state }) => !isListed(state) && this.#known.has(file)).map(({ file }) => file),
      lost: [],
      isComplete: false,
      unreadable: [],
    };
  }

  /** A root that had files and lists none now was emptied or unmounted; one that is no root any more was not. */
  #findLost(removed: string[], listing: DirectoryListing): string[] {
    const occupied = new Set([...listing.files.keys()].map((file) => rootOf(file, this.dataDir)));
    const isLost = (root: string): boolean =>
      listing.roots.includes(root) ? !occupied.has(root) : examinePath(root).kind !== 'directory';
    const lostRoots = new Set([...new Set(removed.map((file) => rootOf(file, this.dataDir)))].filter(isLost));
    return removed.filter((file) => lostRoots.has(rootOf(file, this.dataDir)));
  }
}

const isListed = (state: PathState): state is Extract<PathState, { fingerprint: string }> => 'fingerprint' in state;

const fingerprintOf = (state: PathState): string => (isListed(state) ? state.fingerprint : state.kind);
