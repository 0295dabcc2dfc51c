/** How long loading takes, and what a change of one file costs. */
import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { DataSet } from './data-sets';
import { EMPTY, fileNameOf, FULL, nameOf, printRedirectFile } from './data-sets';
import { startProgram } from './programs';
import { manifestPath } from './requests';
import { ask } from './same-answers';
import type { Bench, Outcome, Scenario } from './scenario';
import type { Server } from './servers';
import { startDavit } from './servers';
import { median, spreadOf } from './statistics';

async function measureStart(bench: Bench, data: DataSet): Promise<number> {
  readAllFiles(bench.dataOf(data).directory);
  const davit = await startDavit({ dataDir: bench.dataOf(data).directory });
  await davit.stop();
  return davit.readyMs;
}

async function measureParsing(bench: Bench, data: DataSet): Promise<number> {
  readAllFiles(bench.dataOf(data).directory);
  const startedAt = performance.now();
  const program = startProgram(process.execPath, [join(__dirname, 'read-and-parse.js'), bench.dataOf(data).directory]);
  if ((await program.ended) !== 0) throw new Error(program.explain());
  return performance.now() - startedAt;
}

/** Some systems forget soon what they have read, and the disk is not what is measured. */
function readAllFiles(directory: string): void {
  for (const name of readdirSync(directory)) readFileSync(join(directory, name));
}

async function compareLoading(bench: Bench): Promise<Outcome> {
  await measureParsing(bench, EMPTY);
  await measureStart(bench, EMPTY);
  const attempts: { fullMs: number; emptyMs: number; parsingMs: number; startMs: number }[] = [];
  for (let attempt = 0; attempt < bench.options.attempts; attempt++) {
    attempts.push({
      fullMs: await measureStart(bench, FULL),
      parsingMs: await measureParsing(bench, FULL),
      emptyMs: await measureStart(bench, EMPTY),
      startMs: await measureParsing(bench, EMPTY),
    });
  }
  const loading = attempts.map(({ fullMs, emptyMs }) => fullMs - emptyMs);
  const parsing = attempts.map(({ parsingMs, startMs }) => parsingMs - startMs);
  return {
    kind: 'measured',
    davit: `to ready: ${formatMs(median(loading))}`,
    comparedWith: `reading and JSON.parse: ${formatMs(median(parsing))}`,
    result: spreadOf(loading.map((loadingMs, attempt) => loadingMs / (parsing[attempt] ?? NaN))),
    faults: [],
    details: { bytes: bench.dataOf(FULL).bytes, attempts },
  };
}

const SMALL_DIRECTORY: DataSet = { repositories: 10, references: FULL.references };
const CHANGE_TIMEOUT_MS = 10_000;

async function compareChanges(bench: Bench): Promise<Outcome> {
  const large = await startDavit({ dataDir: bench.dataOf(FULL).directory });
  const small = await startDavit({ dataDir: bench.dataOf(SMALL_DIRECTORY).directory });
  const changes: { largeMs: number; smallMs: number }[] = [];
  for (let change = 0; change < 5 * bench.options.attempts; change++) {
    changes.push({
      largeMs: await measureChange(bench, large, FULL, change),
      smallMs: await measureChange(bench, small, SMALL_DIRECTORY, change),
    });
  }
  await Promise.all([large.stop(), small.stop()]);
  return {
    kind: 'measured',
    davit: `10,000 files: ${formatMs(median(changes.map(({ largeMs }) => largeMs)))}`,
    comparedWith: `10 files: ${formatMs(median(changes.map(({ smallMs }) => smallMs)))}`,
    result: spreadOf(changes.map(({ largeMs, smallMs }) => largeMs - smallMs)),
    faults: [],
    details: changes,
  };
}

/** From the rename of a new version into place until the tag that it adds is served. */
async function measureChange(bench: Bench, davit: Server, data: DataSet, change: number): Promise<number> {
  const { directory } = bench.dataOf(data);
  const repository = (change * 7919) % data.repositories;
  const tag = `change-${change}`;
  const prepared = join(bench.directory, 'prepared');
  writeFileSync(prepared, printRedirectFile(repository, data.references, [tag]));
  const startedAt = performance.now();
  renameSync(prepared, join(directory, fileNameOf(repository)));
  while (!(await ask(davit, manifestPath(nameOf(repository), tag), SCHEMA2_HEADERS)).startsWith('302')) {
    if (performance.now() - startedAt > CHANGE_TIMEOUT_MS) throw new Error(`a change was not seen: ${tag}`);
    await delay(1);
  }
  return performance.now() - startedAt;
}

const SCHEMA2_HEADERS: [string, string][] = [['Accept', 'application/vnd.docker.distribution.manifest.v2+json']];

const formatMs = (ms: number): string => `${Math.round(ms).toLocaleString('en')} ms`;

export const loadingScenarios: Scenario[] = [
  {
    name: 'load',
    title: 'cold start with 10,000 files, 80 MB, 1.3 million references',
    goal: { kind: 'at most', value: 2, unit: '×' },
    run: compareLoading,
  },
  {
    name: 'change',
    title: 'change of one file, from rename to served, at 10,000 files',
    goal: { kind: 'at most', value: 50, unit: 'ms' },
    run: compareChanges,
  },
];
