/** A loader as `serve` runs it, with its reading thread, over a directory of the test's; and short redirect files. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Loader } from '../../app/load/loader';
import type { LogFields, Logger } from '../../app/observe/logger';
import { MemoryIndex } from '../../app/store/memory-index';
import { createTemporaryDirectory } from '../support/temporary-directory';
import { IN_SCHEMA2 } from '../../app/redirects/table-layout';

export interface LogLine {
  level: string;
  message: string;
  fields: LogFields;
}

export interface Loading {
  index: MemoryIndex;
  loader: Loader;
  lines: LogLine[];
  /** Whether a schema 2 tag is served. */
  serves: (name: string, tag: string) => boolean;
  isKnown: (name: string) => boolean;
}

/** The thread runs compiled code: `npm run build` comes before the tests. */
export const readingThreadFile = join(__dirname, '../../dist/load/reading-thread.js');

/** So long that a test never sees a rescan that it did not ask for. */
const NEVER_MS = 3_600_000;

const started: Loader[] = [];

afterEach(async () => {
  await Promise.all(started.splice(0).map((loader) => loader.close()));
});

export function createLogRecorder(): { logger: Logger; lines: LogLine[] } {
  const lines: LogLine[] = [];
  const record =
    (level: string) =>
    (message: string, fields: LogFields = {}): void => {
      lines.push({ level, message, fields });
    };
  return {
    logger: { error: record('error'), warn: record('warn'), info: record('info'), debug: record('debug') },
    lines,
  };
}

export async function startLoading(
  dataDir: string,
  { rescanIntervalMs = NEVER_MS, threadFile = readingThreadFile, index = new MemoryIndex() } = {},
): Promise<Loading> {
  const { logger, lines } = createLogRecorder();
  const loader = new Loader({ dataDir, rescanIntervalMs, index, logger, threadFile });
  started.push(loader);
  await loader.start();
  return {
    index,
    loader,
    lines,
    serves: (name, tag) => ((index.find(name, tag).published?.forms ?? 0) & IN_SCHEMA2) !== 0,
    isKnown: (name) => index.find(name).registry !== undefined,
  };
}

/**
 * With a reading thread of the usual priority. Its own is the lowest, and beside tests that want all processors it hardly gets one: how long
 * it waits for that says nothing of what it notices, nor how soon.
 */
export async function startUrgently(dataDir: string, options: { rescanIntervalMs?: number } = {}): Promise<Loading> {
  const threadFile = join(createTemporaryDirectory(), 'urgent-thread.js');
  const code = `require('node:os').setPriority = () => undefined; require(${JSON.stringify(readingThreadFile)});`;
  writeFileSync(threadFile, code);
  return startLoading(dataDir, { ...options, threadFile });
}

/** A version 5 file whose tags are of schema 2. */
export const redirectText = (name: string, tags: string[] = [], extra: Record<string, unknown> = {}): string =>
  JSON.stringify({
    type: 'pulp-docker-redirect',
    version: 5,
    repository: name.replaceAll('/', '-'),
    'repo-registry-id': name,
    url: `https://static.example.com/${name}/`,
    protected: false,
    schema2_data: tags,
    manifest_list_data: [],
    manifest_list_amd64_tags: {},
    schema1_data: [],
    ...extra,
  });
