/** How calm davit stays under full load while everything is published anew. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileNameOf, FULL, nameOf, printRedirectFile } from './data-sets';
import type { LoadResult, LoadTarget } from './load';
import { findFault } from './load';
import { startProgram } from './programs';
import { manifestPath, planManifests } from './requests';
import { ask } from './same-answers';
import type { Bench, Outcome, Scenario } from './scenario';
import type { Server } from './servers';
import { startDavit } from './servers';
import { median, spreadOf } from './statistics';

/** The load is ended when everything is served. */
const LONGEST_SECONDS = 40;
const LOOK_EVERY_MS = 50;
/** Files that are looked at to see whether all are served. */
const SAMPLES = 50;

async function compareCalm(bench: Bench): Promise<Outcome> {
  const { directory } = bench.dataOf(FULL);
  const davit = await startDavit({ dataDir: directory });
  const target: LoadTarget = { url: davit.url, plan: planManifests(FULL, 'digest') };
  await bench.generator.start(target, 1).result;
  const rounds: { quiet: LoadResult; busy: LoadResult; publishingMs: number }[] = [];
  for (let round = 0; round < bench.options.attempts; round++) {
    const tag = `round-${round}`;
    const prepared = join(bench.directory, 'prepared-files');
    prepare(prepared, tag);
    const quiet = await bench.generator.start(target, 2 * bench.options.runSeconds).result;
    const load = bench.generator.start(target, LONGEST_SECONDS);
    const startedAt = performance.now();
    await move(prepared, directory);
    await untilAllServed(davit, tag);
    load.finish();
    rounds.push({ quiet, busy: await load.result, publishingMs: performance.now() - startedAt });
  }
  await davit.stop();
  const faults = rounds.flatMap(({ quiet, busy }) =>
    [quiet, busy].flatMap((result) => findFault(result, target.plan) ?? []),
  );
  const failed = rounds.reduce((sum, { busy }) => sum + busy.failures + busy.errorAnswers, 0);
  return {
    kind: 'measured',
    davit: `republishing: p99 ${formatMs(median(rounds.map(({ busy }) => busy.p99Ms)))}, ${failed} requests failed`,
    comparedWith: `quiet: p99 ${formatMs(median(rounds.map(({ quiet }) => quiet.p99Ms)))}`,
    result: spreadOf(rounds.map(({ quiet, busy }) => busy.p99Ms / quiet.p99Ms)),
    faults,
    details: rounds,
  };
}

/** A new version of every file, beside the directory: publishing is renaming. */
function prepare(directory: string, tag: string): void {
  mkdirSync(directory, { recursive: true });
  for (let repository = 0; repository < FULL.repositories; repository++) {
    writeFileSync(join(directory, fileNameOf(repository)), printRedirectFile(repository, FULL.references, [tag]));
  }
}

async function move(from: string, to: string): Promise<void> {
  const program = startProgram(process.execPath, [join(__dirname, 'move-files.js'), from, to]);
  if ((await program.ended) !== 0) throw new Error(program.explain());
}

/** Files are read in no order that is known here, so many are asked for. */
async function untilAllServed(davit: Server, tag: string): Promise<void> {
  const deadline = performance.now() + (LONGEST_SECONDS - 2) * 1000;
  const step = Math.floor((FULL.repositories - 1) / (SAMPLES - 1));
  for (let sample = SAMPLES - 1; sample >= 0; sample--) {
    const path = manifestPath(nameOf(sample * step), tag);
    const headers: [string, string][] = [['Accept', 'application/vnd.docker.distribution.manifest.v2+json']];
    while (!(await ask(davit, path, headers)).startsWith('302')) {
      if (performance.now() > deadline) throw new Error(`not served in time: ${path}`);
      await delay(LOOK_EVERY_MS);
    }
  }
}

const formatMs = (ms: number): string => `${ms.toFixed(2)} ms`;

export const calmScenarios: Scenario[] = [
  {
    name: 'calm',
    title: '99th percentile while 10,000 files are published anew under load',
    goal: { kind: 'at most', value: 3, unit: '×' },
    run: compareCalm,
  },
];
