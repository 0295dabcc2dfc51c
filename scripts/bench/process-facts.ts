/** What Linux tells about a running process: `/proc/<pid>/status` and `/proc/<pid>/stat`. */
import { readFileSync } from 'node:fs';

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
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name of the program, in parentheses, may hold anything; what follows it are fields 3 and up.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MICROSECONDS;
}
