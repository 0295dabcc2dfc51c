/**
 * `davit check [--json] [PATH…]`: validates redirect files without serving them. One line a problem; warnings alone are
 * no failure.
 */
import { statSync, type Stats } from 'node:fs';
import { loadOnce } from '../load/load-once';
import { readRedirectFile } from '../load/read-redirect-file';
import type { Problem } from '../redirects/problem';
import { describeProblem } from '../redirects/problem';
import { MemoryIndex } from '../store/memory-index';
import type { ExitCode, Io } from './io';
import type { ConfigFlags } from './read-config';
import { readConfig } from './read-config';

export interface CheckFlags extends ConfigFlags {
  json?: boolean;
}

export async function check(paths: string[], flags: CheckFlags, io: Io): Promise<ExitCode> {
  const checked = paths.length > 0 ? paths : defaultPaths(flags, io);
  if (!checked) return 2;
  const problems: Problem[] = [];
  let fileCount = 0;
  for (const path of checked) {
    const stats = findStats(path);
    if (typeof stats === 'string') {
      io.complain(`davit: ${path} ${stats}`);
      return 2;
    }
    const found = stats.isDirectory() ? await checkDirectory(path) : checkFile(path);
    problems.push(...found.problems);
    fileCount += found.fileCount;
  }
  if (flags.json) io.print(JSON.stringify({ files: fileCount, problems }, undefined, 2));
  else for (const problem of problems) io.print(describeProblem(problem));
  return problems.some(({ severity }) => severity === 'error') ? 1 : 0;
}

function defaultPaths(flags: ConfigFlags, io: Io): string[] | undefined {
  const found = readConfig(flags, io);
  return found && [found.config.general.dataDir];
}

/** What is at a path, or why nobody can tell. */
function findStats(path: string): Stats | string {
  try {
    return statSync(path, { throwIfNoEntry: false }) ?? 'is not there';
  } catch (error) {
    return `cannot be looked up: ${(error as Error).message}`;
  }
}

interface Checked {
  problems: Problem[];
  fileCount: number;
}

async function checkDirectory(path: string): Promise<Checked> {
  const { directory, problems, fileCount } = await loadOnce(path, new MemoryIndex());
  const unreadable: Problem[] =
    directory.state === 'ok' ? [] : [{ file: path, pointer: '', message: directory.reason, severity: 'error' }];
  return { problems: [...unreadable, ...problems], fileCount };
}

function checkFile(path: string): Checked {
  const reading = readRedirectFile(path);
  return { problems: reading.kind === 'parsed' ? reading.warnings : reading.problems, fileCount: 1 };
}
