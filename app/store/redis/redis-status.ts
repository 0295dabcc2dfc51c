/** How Redis is doing, as the operator of one process sees it. Pure data. */
import type { ReadingStatus } from './reading-health';
import type { WritingStatus } from './writing-health';

export interface RedisStatus {
  /** Undefined: this process answers from memory. */
  reading: (ReadingStatus & { keptAnswers: number }) | undefined;
  /** Undefined: this process does not write. */
  writing: WritingStatus | undefined;
}
