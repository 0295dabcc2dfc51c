/**
 * Reads one redirect file from disk. A file that is being written, or vanishes while it is read, is a problem that goes
 * away with the next look at it. Synchronous: it runs in the reading thread.
 */
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { parseRedirectFile } from '../redirects/parse-redirect-file';
import type { Problem } from '../redirects/problem';
import type { Repository } from '../redirects/repository';

export type FileReading =
  | { kind: 'parsed'; file: string; modifiedMs: number; repository: Repository; warnings: Problem[] }
  | { kind: 'refused'; file: string; problems: Problem[] };

const MOST_BYTES = 64 * 1024 * 1024;

export function readRedirectFile(file: string): FileReading {
  try {
    const { text, modifiedMs } = readText(file);
    const parsed = parseRedirectFile(text, file);
    if (parsed.kind === 'refused') return { kind: 'refused', file, problems: parsed.problems };
    return { kind: 'parsed', file, modifiedMs, repository: parsed.repository, warnings: parsed.warnings };
  } catch (error) {
    return { kind: 'refused', file, problems: [{ file, pointer: '', message: explain(error), severity: 'error' }] };
  }
}

function readText(file: string): { text: string; modifiedMs: number } {
  // Not blocking: between the listing and now, the path may have become a FIFO.
  const descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stat = fstatSync(descriptor);
    if (!stat.isFile()) throw new Error('is not a regular file');
    if (stat.size > MOST_BYTES) throw new Error(`has ${stat.size} bytes; at most ${MOST_BYTES} are read`);
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(descriptor));
    return { text, modifiedMs: stat.mtimeMs };
  } finally {
    closeSync(descriptor);
  }
}

function explain(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'is a link to a file that is not there';
  if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return 'is not UTF-8 text';
  return message;
}
