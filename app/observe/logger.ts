/**
 * The log: winston, as JSON lines or as text, to standard error. Fields are plain data; errors are logged with their
 * causes. Tokens, passwords and certificates are never passed in.
 */
import { Writable } from 'node:stream';
import { createLogger as createWinston, format, transports, type Logger as WinstonLogger } from 'winston';

export type LogLevel = 'error' | 'warn' | 'info' | 'debug';

export type LogFields = Record<string, unknown>;

export type Logger = Record<LogLevel, (message: string, fields?: LogFields) => void>;

export interface LoggerOptions {
  level: LogLevel;
  isJson: boolean;
  /** In every line, for example who writes it. */
  fields?: LogFields;
  /** Calls `write`, which writes a line to standard error, and takes away what else is in its way there. Default: calls it. */
  makeRoom?: (write: () => void) => void;
}

/** Of lines that wait for whoever reads standard error. */
const MOST_WAITING_BYTES = 1024 * 1024;

/** Lines are lost, rather than piled up, when nobody reads them. */
const createOutput = (makeRoom: NonNullable<LoggerOptions['makeRoom']>): Writable =>
  new Writable({
    decodeStrings: false,
    write: (line: string, _encoding, done) => {
      if (process.stderr.writableLength < MOST_WAITING_BYTES) makeRoom(() => process.stderr.write(line));
      done();
    },
  });

export function createLogger({ level, isJson, fields = {}, makeRoom = (write) => write() }: LoggerOptions): Logger {
  const winston = createWinston({
    level,
    defaultMeta: fields,
    format: format.combine(
      format.timestamp(),
      isJson ? format.json({ deterministic: false }) : format.printf(formatText),
    ),
    transports: new transports.Stream({ stream: createOutput(makeRoom) }),
  });
  return {
    error: logWith(winston, 'error'),
    warn: logWith(winston, 'warn'),
    info: logWith(winston, 'info'),
    debug: logWith(winston, 'debug'),
  };
}

const logWith =
  (winston: WinstonLogger, level: LogLevel) =>
  (message: string, fields: LogFields = {}): void => {
    const described = Object.entries(fields).map(([key, value]) => [
      key,
      value instanceof Error ? describe(value) : value,
    ]);
    winston.log(level, message, Object.fromEntries(described) as LogFields);
  };

/** Errors can cause each other. */
const MOST_CAUSES = 10;

/** Stack and causes, for the log only. */
function describe(error: Error, depth = 0): string {
  const text = error.stack ?? error.message;
  return error.cause instanceof Error && depth < MOST_CAUSES
    ? `${text}\ncaused by ${describe(error.cause, depth + 1)}`
    : text;
}

function formatText({ timestamp, level, message, ...fields }: Record<string, unknown>): string {
  const rest = Object.entries(fields).map(
    ([key, value]) =>
      `${key}=${typeof value === 'string' && /^[^\s"=\p{Cc}]+$/u.test(value) ? value : JSON.stringify(value)}`,
  );
  return [String(timestamp), String(level).padEnd(5), String(message), ...rest].join(' ');
}
