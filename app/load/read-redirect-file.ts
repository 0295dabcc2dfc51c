/**
 * Reads one redirect file from disk. A file that is being written, or vanishes while it is read, is a problem that goes
 * away with the next look at it. Synchronous: it runs in the reading thread.
 */
import { isAscii, isUtf8 } from 'node:buffer';
import { closeSync, constants, fstatSync, openSync, readSync, type BigIntStats } from 'node:fs';
import type { Allocate } from '../redirects/build-reference-table';
import { parsePlainFile } from '../redirects/parse-plain-file';
import { parseRedirectFile } from '../redirects/parse-redirect-file';
import type { Problem } from '../redirects/problem';
import type { Repository } from '../redirects/repository';
import type { PathState } from './fingerprint';
import { examinePath } from './fingerprint';

interface CommonReading {
  file: string;
  /** Nothing tells that the file is no longer as `state` said. */
  isSettled: boolean;
}

export type FileReading = CommonReading &
  (
    | { kind: 'parsed'; modifiedMs: number; repository: Repository; warnings: Problem[] }
    | { kind: 'refused'; problems: Problem[] }
  );

const MOST_BYTES = 64 * 1024 * 1024;
const NS_PER_MS = 1_000_000n;

/** Most files fit: memory that is new for each would cost as much as reading. */
const room = Buffer.allocUnsafeSlow(256 * 1024);

/** `state`: what the file was when it was looked at. `allocate`: where its table goes; default: into memory of its own. */
export function readRedirectFile(file: string, state: PathState = examinePath(file), allocate?: Allocate): FileReading {
  try {
    const { bytes, modifiedMs, isSettled } = readFile(file, state);
    const common = { file, isSettled };
    const parsed = parsePlainFile(bytes, file, allocate) ?? parseRedirectFile(decode(bytes), file);
    if (parsed.kind === 'refused') return { kind: 'refused', ...common, problems: parsed.problems };
    const { repository, warnings } = parsed;
    return { kind: 'parsed', ...common, modifiedMs, repository, warnings };
  } catch (error) {
    const problem: Problem = { file, pointer: '', message: explain(error), severity: 'error' };
    return { kind: 'refused', file, isSettled: false, problems: [problem] };
  }
}

interface FileContent {
  /** Good until the next file is read. */
  bytes: Buffer;
  modifiedMs: number;
  isSettled: boolean;
}

/**
 * What has been looked at already is not looked at again: a file of the same size that came to its place since then is read under the
 * state of the first one, and the next look finds that it is none of that state.
 */
function readFile(file: string, state: PathState): FileContent {
  // Not blocking: between the look and now, the path may have become a FIFO.
  const descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    if (state.kind === 'file') {
      const bytes = readBytes(descriptor, state.size);
      if (bytes) return { bytes, modifiedMs: Number(state.mtimeNs / NS_PER_MS), isSettled: true };
    }
    const { size, mtimeNs } = examineOpened(descriptor);
    const bytes = readBytes(descriptor, size);
    if (!bytes) throw new Error('is being written');
    return { bytes, modifiedMs: Number(mtimeNs / NS_PER_MS), isSettled: false };
  } finally {
    closeSync(descriptor);
  }
}

function examineOpened(descriptor: number): BigIntStats {
  const stat = fstatSync(descriptor, { bigint: true });
  if (!stat.isFile()) throw new Error('is not a regular file');
  return stat;
}

/** Undefined: there are not so many bytes, or more. */
function readBytes(descriptor: number, size: bigint): Buffer | undefined {
  if (size > MOST_BYTES) throw new Error(`has ${size} bytes; at most ${MOST_BYTES} are read`);
  const expected = Number(size);
  const bytes = expected < room.length ? room : Buffer.allocUnsafeSlow(expected + 1);
  let end = 0;
  while (end <= expected) {
    const count = readSync(descriptor, bytes, end, expected + 1 - end, end);
    end += count;
    // One answer is all there is, unless the file system says otherwise.
    if (count === 0 || end === expected) break;
  }
  return end === expected ? bytes.subarray(0, end) : undefined;
}

function decode(bytes: Buffer): string {
  if (isAscii(bytes)) return bytes.toString('latin1');
  if (!isUtf8(bytes)) throw new Error('is not UTF-8 text');
  return bytes.toString('utf8');
}

function explain(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' ? 'is a link to a file that is not there' : message;
}
