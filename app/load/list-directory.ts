/**
 * Lists the redirect files of a data directory.
 *
 * Pulp's own layout is known: where the directory holds `v1/app` or `v2/app`, only these are walked, not the static trees
 * beside them. Otherwise everything below is walked, links to directories included. A redirect file is a regular file
 * (or a link to one, or a dangling link) whose name ends in `.json` and does not start with a dot. What is reached twice
 * is listed once, under the first path in byte order.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { FileState, ListedState } from './fingerprint';
import { examinePath, isListed } from './fingerprint';
import { giveWay } from './lower-priority';

export interface DirectoryListing {
  kind: 'listed';
  /** Directories in which the walk began. */
  roots: string[];
  files: Map<string, ListedState>;
  /** Directories that were walked → their identity. */
  directories: Map<string, string>;
  /** Directories that could not be read: nothing is known of what is below them. */
  unreadable: { directory: string; reason: string }[];
  /** Some file was reached on two paths. */
  hasAliases: boolean;
}

interface LostDirectory {
  kind: 'lost';
  state: 'missing' | 'unreadable';
  reason: string;
}

const PULP_ROOTS = ['v1/app', 'v2/app'];

export const isRedirectFileName = (name: string): boolean => name.endsWith('.json') && !name.startsWith('.');

/** Where the redirect files of a data directory are. */
export function findRoots(dataDir: string): string[] {
  const pulpRoots = PULP_ROOTS.map((path) => join(dataDir, path)).filter(
    (path) => examinePath(path).kind === 'directory',
  );
  return pulpRoots.length > 0 ? pulpRoots : [dataDir];
}

/** The root that a file is, or was, found in. */
export const rootOf = (file: string, dataDir: string): string =>
  PULP_ROOTS.map((path) => join(dataDir, path)).find((root) => file.startsWith(`${root}/`)) ?? dataDir;

export function listDirectory(dataDir: string): DirectoryListing | LostDirectory {
  const top = readNames(dataDir);
  if (typeof top === 'string') {
    const isMissing = examinePath(dataDir).kind !== 'directory';
    return { kind: 'lost', state: isMissing ? 'missing' : 'unreadable', reason: top };
  }
  const listing: DirectoryListing = {
    kind: 'listed',
    roots: findRoots(dataDir),
    files: new Map(),
    directories: new Map(),
    unreadable: [],
    hasAliases: false,
  };
  const reached: Reached = { directories: new Set(), files: new Map() };
  for (const root of listing.roots) {
    const state = examinePath(root);
    walk(root, state.kind === 'directory' ? state.identity : '', listing, reached);
  }
  return listing;
}

/** What the walk has come to, on whatever path. */
interface Reached {
  directories: Set<string>;
  /** Device → inodes. */
  files: Map<bigint, Set<bigint>>;
}

function walk(directory: string, identity: string, listing: DirectoryListing, reached: Reached): void {
  const names = readNames(directory);
  listing.directories.set(directory, identity);
  if (typeof names === 'string') {
    listing.unreadable.push({ directory, reason: names });
    return;
  }
  const beginning = directory.endsWith('/') ? directory : `${directory}/`;
  for (const name of names) {
    const path = beginning + name;
    const state = examinePath(path);
    giveWay();
    if (state.kind === 'directory') {
      if (reached.directories.has(state.identity)) continue;
      reached.directories.add(state.identity);
      walk(path, state.identity, listing, reached);
    } else if (isRedirectFileName(name) && isListed(state)) {
      if (state.kind !== 'file' || isFirst(state, reached)) listing.files.set(path, state);
      else listing.hasAliases = true;
    }
  }
}

/** Whether a file is reached for the first time. */
function isFirst({ dev, ino }: FileState, { files }: Reached): boolean {
  let inodes = files.get(dev);
  if (!inodes) files.set(dev, (inodes = new Set()));
  const before = inodes.size;
  return inodes.add(ino).size > before;
}

/** Names in byte order, or why there are none. */
function readNames(directory: string): string[] | string {
  try {
    return readdirSync(directory).sort();
  } catch (error) {
    return (error as Error).message;
  }
}
