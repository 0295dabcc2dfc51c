/** The logger of a serving process, and the one line that says what was started. */
import type { Config } from '../config/config';
import type { LoadStatus } from '../load/load-status';
import type { LogFields, Logger } from '../observe/logger';
import { createLogger } from '../observe/logger';
import type { Io } from './io';

export function createServeLogger({ log }: Config, { isTerminal }: Io, fields: LogFields = {}): Logger {
  const { level, format } = log;
  return createLogger({ level, isJson: format === 'json' || (format === 'auto' && !isTerminal), fields });
}

/** Plain data, so that a worker can tell it. */
export interface Loaded {
  directory: string;
  redirectFiles: number;
  problems: number;
}

export const describeLoaded = ({ directory, fileCount, problems }: LoadStatus): Loaded => ({
  directory: directory.state,
  redirectFiles: fileCount,
  problems: problems.length,
});

export function logStart(
  { source, general }: Config,
  loaded: Loaded & { workers?: number },
  { version }: Io,
  logger: Logger,
): void {
  logger.info('started', { version, config: source, dataDir: general.dataDir, ...loaded });
}
