/** What Linux tells about a running process: `/proc/<pid>/status` and `/proc/<pid>/stat`. */
import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks of `/proc/<pid>/stat`: 100 a second on every architecture of Linux. */
const TICK_MICROSECONDS = 10_000;

/** Memory that is in RAM now. */
export function readResidentBytes(pid: number): number {
  const [, kibibytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  if (kibibytes === undefined) throw new Error(`process ${pid} has no memory`);
  return Number(kibibytes) * 1024;
}

/** Processor time that all threads of a process have used, in microseconds. */
export function readProcessorTime(pid: number): number {
  const fields = readStatFields(pid);
  return (Number(fields[11]) + Number(fields[12])) * TICK_MICROSECONDS;
}

/** The process itself and all that it started, directly or not, in ascending order. */
export function listFamily(pid: number): number[] {
  const parents = new Map(listProcesses().flatMap((process) => readParent(process)));
  const belongs = (process: number | undefined): boolean =>
    process !== undefined && (process === pid || belongs(parents.get(process)));
  return [...parents.keys()].filter(belongs).sort((a, b) => a - b);
}

const listProcesses = (): number[] =>
  readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number);

/** Empty: it has ended since it was listed. */
function readParent(pid: number): [pid: number, parent: number][] {
  try {
    return [[pid, Number(readStatFields(pid)[1])]];
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return [];
    throw error;
  }
}

/** Fields 3 and up: the name of the program before them, in parentheses, may hold anything. */
function readStatFields(pid: number): string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}
