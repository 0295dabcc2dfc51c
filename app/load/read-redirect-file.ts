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
import { examinePath, isSameFile } from './fingerprint';

interface CommonReading {
  file: string;
  /** The file was still as `state` said when it was opened. */
  isSettled: boolean;
}

export type FileReading = CommonReading &
  (
    | { kind: 'parsed'; modifiedMs: number; repository: Repository; warnings: Problem[] }
    | { kind: 'refused'; problems: Problem[] }
  );

const MOST_BYTES = 64 * 1024 * 1024;

/** Most files fit: memory that is new for each would cost as much as reading. */
const room = Buffer.allocUnsafeSlow(256 * 1024);

/** `state`: what the file was when it was looked at. `allocate`: where its table goes; default: into memory of its own. */
export function readRedirectFile(file: string, state: PathState = examinePath(file), allocate?: Allocate): FileReading {
  try {
    const { bytes, stat } = readFile(file);
    const common = { file, isSettled: state.kind === 'file' && isSameFile(state, stat) };
    const parsed = parsePlainFile(bytes, file, allocate) ?? parseRedirectFile(decode(bytes), file);
    if (parsed.kind === 'refused') return { kind: 'refused', ...common, problems: parsed.problems };
    const { repository, warnings } = parsed;
    return { kind: 'parsed', ...common, modifiedMs: Number(stat.mtimeMs), repository, warnings };
  } catch (error) {
    const problem: Problem = { file, pointer: '', message: explain(error), severity: 'error' };
    return { kind: 'refused', file, isSettled: false, problems: [problem] };
  }
}

/** The bytes are good until the next file is read. */
function readFile(file: string): { bytes: Buffer; stat: BigIntStats } {
  // Not blocking: between the look and now, the path may have become a FIFO.
  const descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stat = fstatSync(descriptor, { bigint: true });
    if (!stat.isFile()) throw new Error('is not a regular file');
    if (stat.size > MOST_BYTES) throw new Error(`has ${stat.size} bytes; at most ${MOST_BYTES} are read`);
    return { bytes: readBytes(descriptor, Number(stat.size)), stat };
  } finally {
    closeSync(descriptor);
  }
}

/** As many bytes as the file had when it was opened; what grows behind them is seen by the next look. */
function readBytes(descriptor: number, size: number): Buffer {
  const bytes = size <= room.length ? room : Buffer.allocUnsafeSlow(size);
  let end = 0;
  while (end < size) {
    const count = readSync(descriptor, bytes, end, size - end, end);
    if (count === 0) break;
    end += count;
  }
  return bytes.subarray(0, end);
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
