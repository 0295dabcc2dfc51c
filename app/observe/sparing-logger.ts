/**
 * A logger for lines that anybody can cause as often as he likes: so many of each kind are written in a while, and then how many
 * more there were. A log that grows with every bad request would be a way to fill the disk, and to hold up requests.
 */
import type { LogFields, Logger, LogLevel } from './logger';

export interface SparingLogOptions {
  /** Default: info. */
  level?: LogLevel;
  /** How many lines of a kind in each window; default: 10. */
  most?: number;
  /** Default: a second. */
  windowMs?: number;
  /** Any clock. */
  nowMs?: () => number;
}

/** `message`: the kind of the line; one of a few. */
export type LogSparingly = (message: string, fields: LogFields) => void;

interface Window {
  endMs: number;
  written: number;
  left: number;
}

export function createSparingLog(logger: Logger, options: SparingLogOptions = {}): LogSparingly {
  const { level = 'info', most = 10, windowMs = 1000, nowMs = () => performance.now() } = options;
  const windows = new Map<string, Window>();
  return (message, fields) => {
    const now = nowMs();
    let window = windows.get(message);
    if (!window || now >= window.endMs) {
      if (window && window.left > 0) logger[level](`${message}: more lines were left out`, { lines: window.left });
      window = { endMs: now + windowMs, written: 0, left: 0 };
      windows.set(message, window);
    }
    if (window.written < most) {
      window.written++;
      logger[level](message, fields);
    } else {
      window.left++;
    }
  };
}
