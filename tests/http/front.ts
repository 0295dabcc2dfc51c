/**
 * A front as `davit serve` makes it, without a disk: redirect files are given as documents, whose text is parsed as the
 * loader would, and the loader itself says what it is told. The log is kept.
 */
import { defaultConfig, type Overrides } from '../../app/config/config';
import type { OpenedGate } from '../../app/http/auth/open-gate';
import { createFront, type Front } from '../../app/http/create-app';
import type { LoadStatus } from '../../app/load/load-status';
import type { LogFields, Logger, LogLevel } from '../../app/observe/logger';
import { parseRedirectFile } from '../../app/redirects/parse-redirect-file';
import { MemoryIndex } from '../../app/store/memory-index';
import type { RepositoryIndex } from '../../app/store/repository-index';
import { openTestGate, type AuthSetup } from './auth/open-test-gate';

export type RedirectDocument = Record<string, unknown>;

export interface TestFrontOptions {
  files?: RedirectDocument[];
  config?: Overrides;
  /** Who may see what; its files are real. Default: nothing is configured. */
  auth?: AuthSetup;
  /** Default: true. */
  isLoaded?: boolean;
  status?: Partial<LoadStatus>;
  /** Instead of one with `files`. */
  index?: RepositoryIndex;
  nowSeconds?: () => number;
}

export interface LogLine {
  level: LogLevel;
  message: string;
  fields: LogFields;
}

export interface TestFront {
  front: Front;
  /** With `auth`; whoever makes the front closes it. */
  access: OpenedGate | undefined;
  log: LogLine[];
  /** May be changed while the front serves. */
  loader: { isLoaded: boolean; readonly status: LoadStatus };
}

export async function createTestFront(options: TestFrontOptions = {}): Promise<TestFront> {
  const { files = [], auth, isLoaded = true, status, nowSeconds } = options;
  const log: LogLine[] = [];
  const loader = {
    isLoaded,
    get status(): LoadStatus {
      return {
        isLoaded: this.isLoaded,
        directory: { state: 'ok', reason: '', since: new Date(0) },
        fileCount: files.length,
        problems: [],
        lastRefresh: undefined,
        ...status,
      };
    },
  };
  const logger = recordLog(log);
  const { config, access } = auth
    ? await openTestGate(auth, options.config, logger)
    : { config: defaultConfig(options.config), access: undefined };
  const front = createFront({
    config,
    access,
    index: options.index ?? (await createIndex(files)),
    loader,
    logger,
    ...(nowSeconds && { nowSeconds }),
  });
  return { front, access, log, loader };
}

export async function createIndex(files: RedirectDocument[]): Promise<MemoryIndex> {
  const index = new MemoryIndex();
  for (const [position, document] of files.entries()) {
    const file = `${position}.json`;
    const parsed = parseRedirectFile(JSON.stringify(document), file);
    if (parsed.kind === 'refused') throw new Error(parsed.problems.map(({ message }) => message).join());
    await index.put({ file, modifiedMs: 0, repository: parsed.repository });
  }
  return index;
}

/** A logger whose lines are kept. */
export function recordLog(log: LogLine[]): Logger {
  const record =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}): void => {
      log.push({ level, message, fields });
    };
  return { error: record('error'), warn: record('warn'), info: record('info'), debug: record('debug') };
}
