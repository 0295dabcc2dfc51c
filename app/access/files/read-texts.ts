/**
 * Reads some small text files from disk, and tells without reading whether they may have changed.
 *
 * A fingerprint holds device, inode, size, mtime and ctime of each file behind its links: a swapped link, a file moved in
 * and an edit in place are all seen, even where no event tells (NFS, volumes of a container). Only regular files of a
 * bounded size are read, and nothing waits for a FIFO. Asynchronous: a file server that hangs holds up nobody else.
 */
import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { constants, type BigIntStats } from 'node:fs';
import { open, stat } from 'node:fs/promises';

export interface TextsReading {
  /** In the order of the paths; all of them, if there are no mistakes. */
  texts: string[];
  /** `<path>: <why it could not be read>`. */
  mistakes: string[];
  /** The same for the same content, or the same reasons why there is none. */
  identity: string;
  /** Of the files before they were read: never that of `examineFiles` when not all of them could be. */
  fingerprint: string;
}

type Reading = { kind: 'text'; text: string; digest: string; fingerprint: string } | Unreadable;

interface Unreadable {
  kind: 'unreadable';
  /** Completes "the file …". */
  reason: string;
}

/** Of one file; far more than any that is read so needs. */
const MOST_BYTES = 16 * 1024 * 1024;

export async function readTexts(paths: readonly string[]): Promise<TextsReading> {
  const readings = await Promise.all(paths.map(async (path) => ({ path, ...(await readText(path)) })));
  const read = readings.filter((reading) => reading.kind === 'text');
  const unread = readings.filter((reading) => reading.kind === 'unreadable');
  return {
    texts: read.map(({ text }) => text),
    mistakes: unread.map(({ path, reason }) => `${path}: ${reason}`),
    identity: readings.map((reading) => (reading.kind === 'text' ? reading.digest : reading.reason)).join('\n'),
    fingerprint: read.map(({ fingerprint }) => fingerprint).join('\n'),
  };
}

/** Something else whenever `readTexts` may give something else. */
export async function examineFiles(paths: readonly string[]): Promise<string> {
  return (await Promise.all(paths.map(examineFile))).join('\n');
}

async function examineFile(path: string): Promise<string> {
  try {
    return fingerprintOf(await stat(path, { bigint: true }));
  } catch (error) {
    return explain(error);
  }
}

const fingerprintOf = ({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string =>
  [dev, ino, size, mtimeNs, ctimeNs].join(' ');

async function readText(path: string): Promise<Reading> {
  try {
    // Not blocking: the path may be a FIFO.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const state = await file.stat({ bigint: true });
      if (!state.isFile()) return { kind: 'unreadable', reason: 'is not a regular file' };
      const stream = file.createReadStream({ end: MOST_BYTES, autoClose: false });
      return decode(Buffer.concat((await stream.toArray()) as Buffer[]), fingerprintOf(state));
    } finally {
      await file.close();
    }
  } catch (error) {
    return { kind: 'unreadable', reason: explain(error) };
  }
}

function decode(bytes: Buffer, fingerprint: string): Reading {
  if (bytes.length > MOST_BYTES) return { kind: 'unreadable', reason: `has more than ${MOST_BYTES} bytes` };
  if (!isUtf8(bytes)) return { kind: 'unreadable', reason: 'is not UTF-8 text' };
  // The decoder skips a byte order mark.
  const text = new TextDecoder().decode(bytes);
  return { kind: 'text', text, digest: createHash('sha256').update(bytes).digest('base64'), fingerprint };
}

function explain(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' ? 'is not there' : `cannot be read (${code})`;
}
