/**
 * What a path in the data directory is right now, without reading it.
 *
 * Two states are the same unless the content may have changed: they hold the target of a link, and device, inode, size,
 * mtime and ctime of the file behind it. So a swapped link, a replaced target, an edit in place and an old file moved in are
 * all seen, even where no event tells (NFS). They are kept as numbers: a text of them would cost as much as asking for them.
 * Asks the file system, synchronously: it runs in the reading thread.
 */
import { lstatSync, readlinkSync, statSync, type BigIntStats } from 'node:fs';

export type PathState =
  | FileState
  /** A link whose target is not there (yet): a publication is under way, or was torn down. */
  | { kind: 'dangling'; linkTarget: string }
  | { kind: 'unreadable'; linkTarget: string; code: string | undefined; reason: string }
  | { kind: 'directory'; identity: string }
  | { kind: 'absent' }
  /** FIFO, socket, device, or a loop of links. */
  | { kind: 'other' };

export interface FileState {
  kind: 'file';
  /** Of the link that led here; undefined: none did. */
  linkTarget: string | undefined;
  dev: bigint;
  ino: bigint;
  size: bigint;
  mtimeNs: bigint;
  ctimeNs: bigint;
}

/** What may be a redirect file, now or in a moment. */
export type ListedState = Extract<PathState, { linkTarget: unknown }>;

export const isListed = (state: PathState): state is ListedState => 'linkTarget' in state;

export function isSameState(a: PathState, b: PathState): boolean {
  if (a.kind === 'file') return b.kind === 'file' && a.linkTarget === b.linkTarget && isSameFile(a, b);
  if (a.kind === 'dangling') return b.kind === 'dangling' && a.linkTarget === b.linkTarget;
  if (a.kind !== 'unreadable') return a.kind === b.kind;
  return b.kind === 'unreadable' && a.linkTarget === b.linkTarget && a.code === b.code;
}

/** Whether a file is still the one that it was, unchanged. */
const isSameFile = ({ dev, ino, size, mtimeNs, ctimeNs }: FileState, now: FileState): boolean =>
  mtimeNs === now.mtimeNs && ctimeNs === now.ctimeNs && ino === now.ino && size === now.size && dev === now.dev;

export function examinePath(path: string): PathState {
  let linkTarget: string | undefined;
  try {
    const stat = lstatSync(path, { bigint: true });
    if (!stat.isSymbolicLink()) return describeStat(stat, undefined);
    linkTarget = readlinkSync(path);
  } catch (error) {
    return explainFault(error, '', { kind: 'absent' });
  }
  try {
    return describeStat(statSync(path, { bigint: true }), linkTarget);
  } catch (error) {
    return explainFault(error, linkTarget, { kind: 'dangling', linkTarget });
  }
}

function describeStat(stat: BigIntStats, linkTarget: string | undefined): PathState {
  const { dev, ino } = stat;
  if (stat.isDirectory()) return { kind: 'directory', identity: `${dev}:${ino}` };
  if (!stat.isFile()) return { kind: 'other' };
  return { kind: 'file', linkTarget, dev, ino, size: stat.size, mtimeNs: stat.mtimeNs, ctimeNs: stat.ctimeNs };
}

/** ESTALE: a file server removed the file after the directory was read. */
function explainFault(error: unknown, linkTarget: string, gone: PathState): PathState {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ESTALE') return gone;
  if (code === 'ELOOP') return { kind: 'other' };
  return { kind: 'unreadable', linkTarget, code, reason: message };
}
