/**
 * Looks at a data directory and tells what changed since it was last read; reads only that.
 *
 * Remembers for every file that was read, good or bad, what it was. Synchronous: it runs in the reading thread, or in a
 * test or command that has nothing else to do.
 */
import { basename, resolve } from 'node:path';
import type { Allocate } from '../redirects/build-reference-table';
import type { ListedState, PathState } from './fingerprint';
import { examinePath, isListed, isSameState } from './fingerprint';
import type { DirectoryListing } from './list-directory';
import { findRoots, isRedirectFileName, listDirectory, rootOf } from './list-directory';
import { giveWay } from './lower-priority';
import type { FileReading } from './read-redirect-file';
import { readRedirectFile } from './read-redirect-file';

/** What to look at: everything, or what was noted since the last look. */
export type Scope = 'all' | 'noted';

/** So many paths are noted, however few files there are. */
const LEAST_ROOM = 500;

interface Changes {
  /** Files that are new, or not what was read last. */
  changed: string[];
  /** Files that were read once and are gone. */
  removed: string[];
}

export type Look =
  | { kind: 'gone'; state: 'missing' | 'unreadable'; reason: string }
  /** Only some paths were looked at. */
  | ({ kind: 'part' } & Changes)
  | ({
      kind: 'whole';
      /** Files that are gone with all others of their root, which is no way to unpublish; not among `removed`. */
      lost: string[];
      /** Directories below the data directory that cannot be read; what was read of them stays. */
      unreadable: { directory: string; reason: string }[];
    } & Changes);

export class DirectoryReader {
  /** File → what it was when it was read; undefined: it counts as changed. */
  readonly #known = new Map<string, PathState | undefined>();
  /** Changed files, as the last look saw them. */
  #seen = new Map<string, ListedState>();
  /** What may have changed: these paths, or anything. */
  #noted: Set<string> | 'anything' = new Set();
  #directories = new Map<string, string>();
  #hasAliases = false;

  /** Absolute and without a slash at its end: paths in it are compared as text. */
  readonly dataDir: string;

  /** `allocate`: where tables go; default: each into memory of its own. */
  constructor(
    dataDir: string,
    readonly allocate?: Allocate,
  ) {
    this.dataDir = resolve(dataDir);
  }

  /** Directory → identity, as of the last look at everything. */
  get directories(): ReadonlyMap<string, string> {
    return this.#directories;
  }

  /** Files that had changed when they were last looked at. */
  get changed(): string[] {
    return [...this.#seen.keys()];
  }

  /** Files that an earlier reader has read: they count as known, and as changed. */
  remember(files: Iterable<string>): void {
    for (const file of files) this.#known.set(file, undefined);
  }

  /** Every file counts as changed at the next look. */
  rereadAll(): void {
    this.remember(this.#known.keys());
  }

  /** What the next look has to look at. Without a path: anything may have changed. */
  note(path?: string): void {
    if (this.#noted === 'anything' || (path !== undefined && this.#noted.has(path))) return;
    // To look at a path costs what it costs among all others: the whole is better only when it is not more.
    const isFull = this.#noted.size >= Math.max(LEAST_ROOM, this.#known.size);
    if (path === undefined || isFull) this.#noted = 'anything';
    else this.#noted.add(path);
  }

  /** Whether something was noted since the last look. */
  get hasNoted(): boolean {
    return this.#noted === 'anything' || this.#noted.size > 0;
  }

  look(scope: Scope): Look {
    const noted = this.#noted;
    this.#noted = new Set();
    this.#seen.clear();
    return scope === 'all' || noted === 'anything' || this.#hasAliases ? this.#lookAtAll() : this.#lookAt(noted);
  }

  read(file: string): FileReading {
    // As it was seen before it is read: a change meanwhile must look like one later.
    const state = this.#seen.get(file) ?? examinePath(file);
    this.#known.set(file, state);
    return readRedirectFile(file, state, this.allocate);
  }

  /** Whether a file is no longer what was read last. */
  isChanged(file: string): boolean {
    return !this.#isAsRead(file, examinePath(file));
  }

  /** Whether a file that is to be read was no link when it was looked at. */
  isNoLink(file: string): boolean {
    const state = this.#seen.get(file);
    return state?.kind === 'file' && state.linkTarget === undefined;
  }

  /** Whether a path is a directory, or was one when everything was looked at. */
  isDirectory(path: string): boolean {
    return this.#directories.has(path) || examinePath(path).kind === 'directory';
  }

  /** The removal of these files has been accepted. */
  forget(files: Iterable<string>): void {
    for (const file of files) this.#known.delete(file);
  }

  #lookAtAll(): Look {
    const listing = listDirectory(this.dataDir);
    if (listing.kind === 'lost') return { kind: 'gone', state: listing.state, reason: listing.reason };
    this.#hasAliases = listing.hasAliases;
    this.#directories = listing.directories;
    const isUnknown = (file: string): boolean =>
      listing.unreadable.some(({ directory }) => file.startsWith(`${directory}/`));
    const gone = [...this.#known.keys()].filter((file) => !listing.files.has(file) && !isUnknown(file));
    const lostRoots = this.#findLostRoots(gone, listing);
    const isLost = (file: string): boolean => listing.files.size === 0 || lostRoots.has(rootOf(file, this.dataDir));
    const removed = gone.filter((file) => !isLost(file));
    const lost = gone.filter(isLost);
    return { kind: 'whole', changed: this.#noteChanged(listing.files), removed, lost, unreadable: listing.unreadable };
  }

  #lookAt(paths: Iterable<string>): Look {
    const roots = findRoots(this.dataDir);
    const isOurs = (path: string): boolean => roots.some((root) => path.startsWith(`${root}/`));
    const listed = new Map<string, ListedState>();
    const removed: string[] = [];
    for (const path of paths) {
      if (!isRedirectFileName(basename(path)) || !isOurs(path)) continue;
      const state = examinePath(path);
      giveWay();
      // A directory, or a link to one, may have such a name, too; files in it raise no events before it is watched.
      if (state.kind === 'directory' || this.#directories.has(path)) return this.#lookAtAll();
      if (isListed(state)) listed.set(path, state);
      else if (this.#known.has(path)) removed.push(path);
    }
    return { kind: 'part', changed: this.#noteChanged(listed), removed };
  }

  /** `listed`: not to be used any more. */
  #noteChanged(listed: Map<string, ListedState>): string[] {
    for (const [file, state] of listed) if (this.#isAsRead(file, state)) listed.delete(file);
    this.#seen = listed;
    return this.changed;
  }

  #isAsRead(file: string, state: PathState): boolean {
    const known = this.#known.get(file);
    return known !== undefined && isSameState(state, known);
  }

  /** A root that had files and lists none now was emptied or unmounted; one that is no root any more was not. */
  #findLostRoots(gone: string[], listing: DirectoryListing): Set<string> {
    if (gone.length === 0) return new Set();
    const occupied = new Set([...listing.files.keys()].map((file) => rootOf(file, this.dataDir)));
    const isLost = (root: string): boolean =>
      listing.roots.includes(root) ? !occupied.has(root) : examinePath(root).kind !== 'directory';
    const roots = new Set(gone.map((file) => rootOf(file, this.dataDir)));
    return new Set([...roots].filter(isLost));
  }
}
