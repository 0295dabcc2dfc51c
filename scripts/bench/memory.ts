/** How much memory references take, when everything is loaded and has settled. */
import { setTimeout as delay } from 'node:timers/promises';
import type { DataSet } from './data-sets';
import { EMPTY, FULL, HUGE } from './data-sets';
import { readResidentBytes } from './process-facts';
import type { Bench, Outcome, Scenario } from './scenario';
import { startDavit } from './servers';
import { median, spreadOf } from './statistics';

async function measureMemory(bench: Bench): Promise<Outcome> {
  const references = FULL.repositories * FULL.references;
  const attempts: { fullBytes: number; emptyBytes: number }[] = [];
  for (let attempt = 0; attempt < bench.options.attempts; attempt++) {
    attempts.push({ fullBytes: await measureResident(bench, FULL), emptyBytes: await measureResident(bench, EMPTY) });
  }
  return {
    kind: 'measured',
    davit: `10,000 files: ${formatMegabytes(median(attempts.map(({ fullBytes }) => fullBytes)))}`,
    comparedWith: `empty: ${formatMegabytes(median(attempts.map(({ emptyBytes }) => emptyBytes)))}`,
    result: spreadOf(attempts.map(({ fullBytes, emptyBytes }) => (fullBytes - emptyBytes) / references)),
    faults: [],
    details: { references, attempts },
  };
}

const SETTLED_FOR_MS = 3000;
const SETTLING_TIMEOUT_MS = 20_000;
const LOOK_EVERY_MS = 250;
/** Smaller changes than this are none. */
const SETTLED_BYTES = 1024 * 1024;

/** Resident memory when it has not changed for a while. */
async function measureResident(bench: Bench, data: DataSet): Promise<number> {
  const davit = await startDavit({ dataDir: bench.dataOf(data).directory });
  const startedAt = performance.now();
  let [bytes, since] = [readResidentBytes(davit.pid), startedAt];
  while (performance.now() - since < SETTLED_FOR_MS && performance.now() - startedAt < SETTLING_TIMEOUT_MS) {
    await delay(LOOK_EVERY_MS);
    const now = readResidentBytes(davit.pid);
    if (Math.abs(now - bytes) > SETTLED_BYTES) [bytes, since] = [now, performance.now()];
  }
  await davit.stop();
  return bytes;
}

async function measureHuge(bench: Bench): Promise<Outcome> {
  const hugeBytes = await measureResident(bench, HUGE);
  const emptyBytes = await measureResident(bench, EMPTY);
  return {
    kind: 'measured',
    davit: `10 million references: ${formatMegabytes(hugeBytes)}`,
    comparedWith: `empty: ${formatMegabytes(emptyBytes)}`,
    result: spreadOf([hugeBytes / 1e6]),
    faults: [],
    details: { hugeBytes, emptyBytes },
  };
}

const formatMegabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

export const memoryScenarios: Scenario[] = [
  {
    name: 'memory',
    title: 'resident memory for one of 1.3 million references',
    goal: { kind: 'at most', value: 64, unit: 'bytes' },
    run: measureMemory,
  },
  {
    name: 'ten-million',
    title: 'resident memory of the whole process with 10 million references',
    goal: { kind: 'at most', value: 1000, unit: 'MB' },
    isLong: true,
    run: measureHuge,
  },
];
