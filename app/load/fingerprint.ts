/**
 * What a path in the data directory is right now, without reading it.
 *
 * A fingerprint changes whenever the content may have: it holds the target of a link, and device, inode, size, mtime and
 * ctime of the file behind it. So a swapped link, a replaced target, an edit in place and an old file moved in are all
 * seen, even where no event tells (NFS). Asks the file system, synchronously: it runs in the reading thread.
 */
import { lstatSync, readlinkSync, statSync, type BigIntStats } from 'node:fs';

export type PathState =
  | { kind: 'file'; fingerprint: string; identity: string; linkTarget: string | undefined }
  /** A link whose target is not there (yet): a publication is under way, or was torn down. */
  | { kind: 'dangling'; fingerprint: string }
  | { kind: 'unreadable'; fingerprint: string; reason: string }
  | { kind: 'directory'; identity: string }
  | { kind: 'absent' }
  /** FIFO, socket, device, or a loop of links. */
  | { kind: 'other' };

/** What may be a redirect file, now or in a moment. */
export type ListedState = Extract<PathState, { fingerprint: string }>;

export const isListed = (state: PathState): state is ListedState => 'fingerprint' in state;

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
    return explainFault(error, linkTarget, { kind: 'dangling', fingerprint: `${linkTarget} dangling` });
  }
}

/** `linkTarget`: of the link that led here; undefined: none did. */
export function describeStat(stat: BigIntStats, linkTarget: string | undefined): PathState {
  const identity = `${stat.dev}:${stat.ino}`;
  if (stat.isDirectory()) return { kind: 'directory', identity };
  if (!stat.isFile()) return { kind: 'other' };
  const fingerprint = `${linkTarget ?? ''} ${identity} ${stat.size} ${stat.mtimeNs} ${stat.ctimeNs}`;
  return { kind: 'file', fingerprint, identity, linkTarget };
}

/** ESTALE: a file server removed the file after the directory was read. */
function explainFault(error: unknown, linkTarget: string, gone: PathState): PathState {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ESTALE') return gone;
  if (code === 'ELOOP') return { kind: 'other' };
  return { kind: 'unreadable', reason: message, fingerprint: `${linkTarget} ${code}` };
}
