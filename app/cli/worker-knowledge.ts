/**
 * Whether a worker that has just been started may answer beside the others. What it has found in the data directory is all that it
 * knows; the others may still serve what was there before the directory was lost, and must not be contradicted. Pure.
 */
import type { LoadStatus } from '../load/load-status';

/** What a worker can answer from. */
export interface WorkerKnowledge {
  isLoaded: boolean;
  /** It serves what is not in the data directory any more. */
  servesLost: boolean;
  redirectFiles: number;
}

export const NO_KNOWLEDGE: WorkerKnowledge = { isLoaded: false, servesLost: false, redirectFiles: 0 };

export const describeKnowledge = ({ isLoaded, directory, fileCount }: LoadStatus): WorkerKnowledge => ({
  isLoaded,
  servesLost: isLoaded && directory.state !== 'ok',
  redirectFiles: fileCount,
});

export function knowsMore(other: WorkerKnowledge, mine: WorkerKnowledge): boolean {
  if (!other.isLoaded) return false;
  if (!mine.isLoaded) return true;
  if (other.servesLost && !mine.servesLost) return true;
  // Emptied a moment ago: the other one has not noticed yet.
  return mine.redirectFiles === 0 && other.redirectFiles > 0;
}
