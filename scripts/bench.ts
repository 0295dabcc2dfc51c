/**
 * The benchmark, started by `npm run bench`: what a pull costs, what loading costs, and whether the goals of
 * docs/performance.md are reached. Exit code 1: something did not work; a goal that is missed is a result.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataSet, WrittenData } from './bench/data-sets';
import { describeDataSet, writeDataSet } from './bench/data-sets';
import { renewResults } from './bench/document';
import { createGenerator } from './bench/generator';
import type { BenchOptions } from './bench/options';
import { parseOptions, USAGE } from './bench/options';
import { stopAllPrograms } from './bench/programs';
import type { Finding, Machine } from './bench/report';
import { printJson, printReport } from './bench/report';
import type { Bench, Outcome, Scenario } from './bench/scenario';
import { notRun } from './bench/scenario';
import { scenarios } from './bench/scenarios';

const tell = (what: string): void => void process.stderr.write(`${what}\n`);

function createBench(options: BenchOptions, directory: string): Bench {
  const written = new Map<DataSet, WrittenData>();
  return {
    options,
    generator: createGenerator(directory),
    directory,
    dataOf: (data) => {
      const known = written.get(data);
      if (known) return known;
      tell(`  writing redirect files: ${describeDataSet(data)}`);
      const fresh = writeDataSet(join(directory, `data-${written.size}`), data);
      written.set(data, fresh);
      return fresh;
    },
  };
}

function choose({ only, isQuick }: BenchOptions): Scenario[] {
  const unknown = only.filter((name) => !scenarios.some((scenario) => scenario.name === name));
  if (unknown.length > 0) {
    throw new Error(
      `no such scenario: ${unknown.join(', ')}; there are ${scenarios.map(({ name }) => name).join(', ')}`,
    );
  }
  return scenarios.filter(({ name, isLong }) => (only.length > 0 ? only.includes(name) : !(isQuick && isLong)));
}

async function runAll(chosen: Scenario[], bench: Bench): Promise<Finding[]> {
  const startedAt = performance.now();
  const findings: Finding[] = [];
  for (const scenario of chosen) {
    const isLate = performance.now() - startedAt > bench.options.limitSeconds * 1000;
    tell(`${Math.round((performance.now() - startedAt) / 1000)} s  ${scenario.name}: ${scenario.title}`);
    findings.push({ scenario, outcome: isLate ? notRun('out of time') : await runOne(scenario, bench) });
  }
  return findings;
}

/** One that breaks does not take the others with it. */
async function runOne(scenario: Scenario, bench: Bench): Promise<Outcome> {
  try {
    return await scenario.run(bench);
  } catch (error) {
    const reason = (error as Error).message;
    tell(`${scenario.name}: ${reason}`);
    process.exitCode = 1;
    await stopAllPrograms();
    return notRun(reason.replace(/\s+/g, ' ').slice(0, 200));
  }
}

async function main(words: string[]): Promise<void> {
  const options = parseOptions(words);
  if (options.wantsHelp) {
    process.stdout.write(USAGE);
    return;
  }
  const chosen = choose(options);
  const directory = mkdtempSync(join(tmpdir(), 'davit-bench-'));
  const cleanUp = async (): Promise<void> => {
    await stopAllPrograms();
    rmSync(directory, { recursive: true, force: true });
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void cleanUp().finally(() => process.exit(130)));
  }
  try {
    const bench = createBench(options, directory);
    const machine: Machine = {
      node: process.version,
      processors: availableParallelism(),
      model: cpus()[0]?.model.trim() ?? 'unknown',
      generator: bench.generator.name,
      isQuick: options.isQuick,
      startedAt: new Date().toISOString(),
    };
    const findings = await runAll(chosen, bench);
    const report = printReport(machine, findings);
    process.stdout.write(`${report}\n`);
    const { jsonFile, documentFile } = options;
    if (jsonFile !== undefined) writeFileSync(jsonFile, printJson(machine, findings));
    if (documentFile !== undefined) {
      writeFileSync(documentFile, renewResults(readFileSync(documentFile, 'utf8'), report));
    }
  } finally {
    await cleanUp();
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  tell(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
