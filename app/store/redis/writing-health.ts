/** How the writing of an index in Redis is doing, and since when. */
import { describeRedisFault } from './describe-fault';
import type { MirrorStatus } from './mirror';
import { LeaseLost } from './lease';
import { NothingToPublish, SourceNotLoaded } from './mirror';
import { ChangesLost } from './partition-counts';

export interface WritingStatus {
  /** See ./mirror. */
  state: MirrorStatus['state'];
  /** Empty, unless it is faulty. */
  reason: string;
  /** When the state was first seen. */
  since: Date;
}

export class WritingHealth {
  #status: WritingStatus = { state: 'waiting', reason: '', since: new Date() };
  readonly #onChange: (status: WritingStatus) => void;
  /** Waiting is told, too, when it is the first thing that is known. */
  #isKnown = false;

  /** `onChange`: another state, or another reason for it. */
  constructor(onChange: (status: WritingStatus) => void) {
    this.#onChange = onChange;
  }

  get status(): WritingStatus {
    return this.#status;
  }

  note({ state, fault }: MirrorStatus): void {
    const before = this.#status;
    const reason = fault ? describe(fault) : '';
    // Between two attempts nothing has become better.
    if (before.state === 'faulty' && state === 'filling') return;
    if (this.#isKnown && before.state === state && before.reason === reason) return;
    this.#isKnown = true;
    this.#status = { state, reason, since: before.state === state ? before.since : new Date() };
    this.#onChange(this.#status);
  }
}

const OWN_WORDS = /^(FENCED|UNSEALED|INCOMPLETE) /;

function describe(fault: Error): string {
  const isOwn = [NothingToPublish, SourceNotLoaded, ChangesLost, LeaseLost].some((kind) => fault instanceof kind);
  if (isOwn || OWN_WORDS.test(fault.message)) return fault.message.replace(OWN_WORDS, '');
  return describeRedisFault(fault);
}
