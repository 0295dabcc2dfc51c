/**
 * The log: winston, as JSON lines or as text, to standard error. Fields are plain data; errors are logged with their
 * causes. Tokens, passwords and certificates are never passed in.
 */
import { createRequire } from 'node:module';
import { Writable } from 'node:stream';
import type * as winstonModule from 'winston';

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

const loadModule = createRequire(__filename);

export function createLogger(options: LoggerOptions): Logger {
  let winston: winstonModule.Logger | undefined;
  // Loaded with the first line: reading redirect files need not wait for it.
  const logWith =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}): void => {
      winston ??= openWinston(options);
      const described = Object.entries(fields).map(([key, value]) => [
        key,
        value instanceof Error ? describe(value) : value,
      ]);
      winston.log(level, message, Object.fromEntries(described) as LogFields);
    };
  return { error: logWith('error'), warn: logWith('warn'), info: logWith('info'), debug: logWith('debug') };
}

function openWinston({
  level,
  isJson,
  fields = {},
  makeRoom = (write) => write(),
}: LoggerOptions): winstonModule.Logger {
  const { createLogger: create, format, transports } = loadModule('winston') as typeof winstonModule;
  return create({
    level,
    defaultMeta: fields,
    format: format.combine(
      format.timestamp(),
      isJson ? format.json({ deterministic: false }) : format.printf(formatText),
    ),
    transports: new transports.Stream({ stream: createOutput(makeRoom) }),
  });
}

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
