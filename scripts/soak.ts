/**
 * The soak: davit under a mixed load at a constant rate for a long time, while repositories are published. Every answer is
 * compared with what is published. Started by scripts/soak, which builds first.
 * Exit code 0: every criterion is reached; 1: one is missed, or something did not work; 2: wrong usage.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GOALS } from './soaking/criteria';
import type { SoakOptions } from './soaking/options';
import { parseOptions, USAGE } from './soaking/options';
import { printJson, printReport } from './soaking/report';
import { runSoak } from './soaking/run';

const SAMPLE_EVERY_MS = 5000;
/** Where nobody looks on, a line a minute is enough. */
const LINES_APART_MS = 60_000;

async function main(words: string[]): Promise<void> {
  const options = readOptions(words);
  if (!options || options.wantsHelp) {
    (options ? process.stdout : process.stderr).write(USAGE);
    if (!options) process.exitCode = 2;
    return;
  }
  const directory = mkdtempSync(join(tmpdir(), 'davit-soak-'));
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interrupted.abort());
  try {
    const result = await runSoak({
      ...options,
      directory,
      durationMs: options.minutes * 60_000,
      sampleEveryMs: SAMPLE_EVERY_MS,
      goals: GOALS,
      signal: interrupted.signal,
      tell: createProgress(),
    });
    if (process.stderr.isTTY) process.stderr.write('\n');
    process.stdout.write(printReport(result));
    if (options.jsonFile !== undefined) writeFileSync(options.jsonFile, printJson(result));
    if (result.criteria.some(({ isReached }) => !isReached)) process.exitCode = 1;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function readOptions(words: string[]): (SoakOptions & { wantsHelp: boolean }) | undefined {
  try {
    return parseOptions(words);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    return undefined;
  }
}

/** On a terminal, one line that is written over and over. */
function createProgress(): (progress: string) => void {
  if (process.stderr.isTTY) return (progress) => void process.stderr.write(`\r\x1b[K${progress}`);
  let toldAtMs = -Infinity;
  return (progress) => {
    const now = performance.now();
    if (now - toldAtMs < LINES_APART_MS) return;
    toldAtMs = now;
    process.stderr.write(`${progress}\n`);
  };
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
