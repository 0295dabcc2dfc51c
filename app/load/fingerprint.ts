/**
 * What a path in the data directory is right now, without reading it.
 *
 * A fingerprint changes whenever the content may have: it holds the target of a link, and device, inode, size, mtime and
 * ctime of the file behind it. So a swapped link, a replaced target, an edit in place and an old file moved in are all
 * seen, even where no event tells (NFS). Asks the file system, synchronously: it runs in the reading thread.
 */
import { lstatSync, readlinkSync, statSync, type BigIntStats } from 'node:fs';

export type PathState =
  | { kind: 'file'; fingerprint: string; identity: string }
  /** A link whose target is not there (yet): a publication is under way, or was torn down. */
  | { kind: 'dangling'; fingerprint: string }
  | { kind: 'directory'; identity: string }
  | { kind: 'absent' }
  /** FIFO, socket, device, or a loop of links. */
  | { kind: 'other' }
  | { kind: 'unreadable'; reason: string; fingerprint: string };

export function examinePath(path: string): PathState {
  let target = '';
  try {
    const stat = lstatSync(path, { bigint: true });
    if (!stat.isSymbolicLink()) return describeStat(stat, target);
    target = readlinkSync(path);
  } catch (error) {
    return explainFault(error, target, { kind: 'absent' });
  }
  try {
    return describeStat(statSync(path, { bigint: true }), target);
  } catch (error) {
    return explainFault(error, target, { kind: 'dangling', fingerprint: `${target} dangling` });
  }
}

function describeStat(stat: BigIntStats, target: string): PathState {
  const identity = `${stat.dev}:${stat.ino}`;
  if (stat.isDirectory()) return { kind: 'directory', identity };
  if (!stat.isFile()) return { kind: 'other' };
  return {
    kind: 'file',
    fingerprint: `${target} ${identity} ${stat.size} ${stat.mtimeNs} ${stat.ctimeNs}`,
    identity,
  };
}

/** ESTALE: a file server removed the file after the directory was read. */
function explainFault(error: unknown, target: string, gone: PathState): PathState {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ESTALE') return gone;
  if (code === 'ELOOP') return { kind: 'other' };
  return { kind: 'unreadable', reason: message, fingerprint: `${target} ${code}` };
}
