/**
 * A logger for lines that anybody can cause as often as he likes: so many a second are written, and then how many more there
 * were. A log that grows with every bad request would be a way to fill the disk, and to hold up requests.
 */
import type { LogFields, Logger } from './logger';

const MOST_A_SECOND = 10;
const WINDOW_MS = 1000;

export type LogSparingly = (message: string, fields: LogFields) => void;

/** Writes at level info. `nowMs`: any clock. */
export function createSparingLog(logger: Logger, nowMs = (): number => performance.now()): LogSparingly {
  let [windowEnd, written, left] = [0, 0, 0];
  return (message, fields) => {
    const now = nowMs();
    if (now >= windowEnd) {
      if (left > 0) logger.info('more lines of this kind were left out', { lines: left });
      [windowEnd, written, left] = [now + WINDOW_MS, 0, 0];
    }
    if (written < MOST_A_SECOND) {
      written++;
      logger.info(message, fields);
    } else {
      left++;
    }
  };
}
