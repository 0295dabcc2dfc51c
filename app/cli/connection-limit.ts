/**
 * How many connections a process can have with the files that it may open (`ulimit -n`, LimitNOFILE of systemd). One without a
 * file descriptor to spare cannot read redirect files, and the system closes new connections without a word.
 *
 * Where the system says nothing in /proc, what is configured holds.
 */
import { readFileSync } from 'node:fs';
import type { Config } from '../config/config';
import type { Logger } from '../observe/logger';

/** For everything else: the program, its threads, watches, the log, redirect files that are read at once, searches. */
const RESERVED_FILES = 128;

/** `openFiles`: as many as the process may have; undefined: nobody knows. */
export function limitConnections(
  { server, serveContent }: Config,
  openFiles: number | undefined,
  logger: Logger,
): number {
  const { maxConnections } = server.limits;
  if (openFiles === undefined) return maxConnections;
  // One is the file that is sent.
  const filesPerConnection = serveContent.isEnabled && !serveContent.usesXSendfile ? 2 : 1;
  const usable = Math.max(openFiles - RESERVED_FILES, openFiles / 2);
  const possible = Math.max(1, Math.floor(usable / filesPerConnection));
  if (possible >= maxConnections) return maxConnections;
  logger.warn('fewer connections than [server] max_connections: the limit of open files is too low', {
    maxConnections,
    possible,
    openFiles,
  });
  return possible;
}

/**
 * Of this process. Node has raised the soft limit to the hard one when it started, so the soft one is what holds.
 *
 *     Max open files            524288               524288               files
 */
export function readOpenFiles(): number | undefined {
  try {
    const [, soft] = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1')) ?? [];
    return soft === undefined ? undefined : Number(soft);
  } catch {
    return undefined;
  }
}
