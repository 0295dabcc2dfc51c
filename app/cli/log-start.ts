/** The logger of a serving process, and the one line that says what was started. */
import type { Config } from '../config/config';
import type { Logger, LoggerOptions } from '../observe/logger';
import { createLogger } from '../observe/logger';
import type { Loaded } from './index-source';
import type { Io } from './io';

export function createServeLogger(
  { log }: Config,
  { isTerminal }: Io,
  options: Pick<LoggerOptions, 'fields' | 'makeRoom'> = {},
): Logger {
  const { level, format } = log;
  return createLogger({ ...options, level, isJson: format === 'json' || (format === 'auto' && !isTerminal) });
}

export function logStart({ source, general, redis }: Config, loaded: Loaded, { version }: Io, logger: Logger): void {
  const from = redis.address && !general.isDataDirSet ? {} : { dataDir: general.dataDir };
  logger.info('started', { version, config: source, ...from, ...loaded });
}
