/**
 * Tells the cache what changes in Redis: word of every change by pub/sub, and twice a second what all partitions say of
 * themselves. The second finds what the first missed: messages are lost while a connection is, and nobody repeats them.
 */
import type { Partition } from './keys';
import { ALL_PARTITIONS } from './keys';
import type { LookupCache } from './lookup-cache';
import type { LookupGate } from './lookup-gate';
import type { ReadScripts } from './read-scripts';
import type { ReadingHealth } from './reading-health';

export interface ChangeFeedOptions {
  scripts: ReadScripts;
  gate: LookupGate;
  cache: LookupCache;
  health: ReadingHealth;
}

/** Half of the time in which a publication is to be seen everywhere. */
const LOOK_EVERY_MS = 500;
/** A look that was not let through costs nothing: there is no connection, or Redis is stuck. */
const RETRY_MS = 50;

export class ChangeFeed {
  readonly #options: ChangeFeedOptions;
  #timer: NodeJS.Timeout | undefined;
  #isLooking = false;
  #isToLookAgain = false;
  #isClosed = false;

  constructor(options: ChangeFeedOptions) {
    this.#options = options;
  }

  start(): void {
    this.lookSoon();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  /** `<partition> <generation> <sequence> <name>`; without a name, anything of the partition. */
  take(message: string): void {
    const [partition = '', generation = '', sequence = ''] = message.split(' ', 3);
    const name = message.slice(partition.length + generation.length + sequence.length + 3);
    const { cache, health } = this.#options;
    cache.noteChange(partition, { generation, sequence: Number(sequence) }, name);
    // A partition that was filled: perhaps it was the last.
    if (name === '' && health.status.state !== 'ok') this.lookSoon();
  }

  /** One look at a time: a Redis that is slow is not asked more often for that. */
  lookSoon(): void {
    this.#isToLookAgain = this.#isLooking;
    if (this.#isLooking || this.#isClosed) return;
    clearTimeout(this.#timer);
    this.#isLooking = true;
    void this.#look().then((wasAsked) => {
      this.#isLooking = false;
      if (this.#isToLookAgain) this.lookSoon();
      else if (!this.#isClosed) this.#timer = setTimeout(() => this.lookSoon(), wasAsked ? LOOK_EVERY_MS : RETRY_MS);
    });
  }

  /** False: Redis was not asked. */
  async #look(): Promise<boolean> {
    const { gate, health } = this.#options;
    try {
      const complete = await gate.ask(() => Promise.all(ALL_PARTITIONS.map((partition) => this.#lookAt(partition))));
      health.noteLook(complete.filter((isComplete) => !isComplete).length);
      return true;
    } catch (error) {
      const { cause } = error as Error;
      health.noteFailedLook(cause ?? error);
      return cause !== undefined;
    }
  }

  async #lookAt(partition: Partition): Promise<boolean> {
    const { scripts, cache } = this.#options;
    const before = cache.versionOf(partition);
    const version = await scripts.readVersion(partition);
    if (version) cache.noteVersion(partition, version, before);
    return version !== undefined;
  }
}
