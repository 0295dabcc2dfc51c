/** How the reading of an index in Redis is doing: from what the connection, the lookups and the looks at all partitions say. */
import type { RedisClient } from './connect';
import { isConnected } from './connect';
import { describeRedisFault } from './describe-fault';
import { IndexUnavailable } from '../index-unavailable';
import { LookupTimeout } from './lookup-gate';

export interface ReadingStatus {
  /**
   *     connecting    nothing is known yet
   *     ok            every lookup has an answer
   *     unreachable   what is kept is answered, the rest is 503
   *     refusing      Redis answers with errors; as unreachable
   *     filling       a writer is filling Redis: what is not kept, and not complete yet, is 503
   */
  state: 'connecting' | 'ok' | 'unreachable' | 'refusing' | 'filling';
  /** Empty when it is ok. */
  reason: string;
  /** When the state was first seen. */
  since: Date;
  /** The last thing that went wrong with a single lookup. */
  lastFault: { reason: string; at: Date } | undefined;
}

export class ReadingHealth {
  readonly #client: RedisClient;
  readonly #onChange: (status: ReadingStatus) => void;
  #status: ReadingStatus = { state: 'connecting', reason: '', since: new Date(), lastFault: undefined };
  #connectionFault = '';

  constructor(client: RedisClient, onChange: (status: ReadingStatus) => void) {
    this.#client = client;
    this.#onChange = onChange;
  }

  get status(): ReadingStatus {
    return this.#status;
  }

  /** Of the connection: told at every attempt. */
  noteConnectionFault(error: Error): void {
    this.#connectionFault = describeRedisFault(error);
    if (!isConnected(this.#client)) this.#set('unreachable', this.#connectionFault);
  }

  /** Of one lookup. */
  noteFault(error: Error): void {
    this.#status = { ...this.#status, lastFault: { reason: describeRedisFault(error), at: new Date() } };
  }

  /** All partitions were looked at: so many are not complete. */
  noteLook(incomplete: number): void {
    if (incomplete === 0) this.#set('ok', '');
    else this.#set('filling', `parts of the index that no writer has completed: ${incomplete}`);
  }

  noteFailedLook(error: unknown): void {
    const isSilent = error instanceof LookupTimeout || error instanceof IndexUnavailable;
    if (isConnected(this.#client)) {
      this.#set(isSilent ? 'unreachable' : 'refusing', describeRedisFault(error));
    } else if (this.#connectionFault !== '' || this.#status.state !== 'connecting') {
      // Otherwise, the first attempt may still be under way.
      this.#set('unreachable', this.#connectionFault || 'there is no connection to Redis');
    }
  }

  #set(state: ReadingStatus['state'], reason: string): void {
    const before = this.#status;
    const hasChanged = before.state !== state;
    this.#status = { ...before, state, reason, since: hasChanged ? new Date() : before.since };
    // While it is being filled, the reason is a number that falls with every look: once is enough.
    if (hasChanged || (before.reason !== reason && state !== 'filling')) this.#onChange(this.#status);
  }
}
