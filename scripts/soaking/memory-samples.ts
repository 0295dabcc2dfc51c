/** Looks from time to time how much memory davit has: the processes that were started, and all that they started. */
import { listFamily, readResidentBytes } from '../bench/process-facts';

export interface MemorySample {
  /** Since the first one was due. */
  atMs: number;
  /** Resident bytes of each process, by its number. */
  processes: Record<number, number>;
}

export interface MemorySampling {
  samples: MemorySample[];
  stop: () => void;
}

export function startMemorySampling(pids: number[], everyMs: number): MemorySampling {
  const startedAtMs = performance.now();
  const samples: MemorySample[] = [];
  const timer = setInterval(() => {
    samples.push({ atMs: performance.now() - startedAtMs, processes: readMemory(pids) });
  }, everyMs);
  return { samples, stop: () => clearInterval(timer) };
}

/** One that ends while it is looked at is left out, and so is seen to have ended. */
function readMemory(pids: number[]): Record<number, number> {
  const memory: Record<number, number> = {};
  for (const process of pids.flatMap(listFamily)) {
    try {
      memory[process] = readResidentBytes(process);
    } catch {
      continue;
    }
  }
  return memory;
}

export const sumBytes = ({ processes }: MemorySample): number =>
  Object.values(processes).reduce((sum, bytes) => sum + bytes, 0);
