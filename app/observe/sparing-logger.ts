/**
 * A logger for lines that anybody can cause as often as he likes: so many a second of each kind are written, and then how many
 * more there were. A log that grows with every bad request would be a way to fill the disk, and to hold up requests.
 */
import type { LogFields, Logger } from './logger';

const MOST_A_SECOND = 10;
const WINDOW_MS = 1000;

/** `message`: the kind of the line; one of a few. */
export type LogSparingly = (message: string, fields: LogFields) => void;

interface Window {
  endMs: number;
  written: number;
  left: number;
}

/** Writes at level info. `nowMs`: any clock. */
export function createSparingLog(logger: Logger, nowMs = (): number => performance.now()): LogSparingly {
  const windows = new Map<string, Window>();
  return (message, fields) => {
    const now = nowMs();
    let window = windows.get(message);
    if (!window || now >= window.endMs) {
      if (window && window.left > 0) logger.info(`${message}: more lines were left out`, { lines: window.left });
      window = { endMs: now + WINDOW_MS, written: 0, left: 0 };
      windows.set(message, window);
    }
    if (window.written < MOST_A_SECOND) {
      window.written++;
      logger.info(message, fields);
    } else {
      window.left++;
    }
  };
}
