/**
 * Tells the cache what changes in Redis: word of every change by pub/sub, and twice a second or so, what all partitions say of
 * themselves. The second finds what the first missed: messages are lost while a connection is, and nobody repeats them.
 */
import type { Keys, Partition } from './keys';
import { ALL_PARTITIONS } from './keys';
import type { LookupCache } from './lookup-cache';
import type { LookupGate } from './lookup-gate';
import type { ReadScripts } from './read-scripts';
import type { RedisClient } from './redis-client';

export interface ChangeFeedOptions {
  /** A connection of its own: one that listens can ask nothing. */
  subscriber: RedisClient;
  keys: Keys;
  scripts: ReadScripts;
  gate: LookupGate;
  cache: LookupCache;
  /** After every look at all partitions that succeeded: how many of them are not complete. */
  onLook: (incomplete: number) => void;
}

/** Half of the time in which a publication is to be seen everywhere. */
const LOOK_EVERY_MS = 500;

export class ChangeFeed {
  readonly #options: ChangeFeedOptions;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: ChangeFeedOptions) {
    this.#options = options;
  }

  start(): void {
    const { subscriber, keys } = this.#options;
    subscriber.on('message', (_channel: string, message: string) => this.#take(message));
    // Subscribed anew by the connection itself whenever it comes back; what was missed meanwhile is seen by a look.
    const subscribe = (): void => void subscriber.subscribe(keys.changes).catch(() => undefined);
    subscriber.on('ready', subscribe);
    if (subscriber.status === 'ready') subscribe();
    this.#lookLater(0);
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  /** `<partition> <generation> <sequence> <name>`; without a name, anything of the partition. */
  #take(message: string): void {
    const [partition = '', generation = '', sequence] = message.split(' ', 3);
    const name = message.slice(partition.length + generation.length + String(sequence).length + 3);
    this.#options.cache.noteChange(partition, { generation, sequence: Number(sequence) }, name);
  }

  #lookLater(delayMs: number): void {
    if (this.#isClosed) return;
    this.#timer = setTimeout(() => void this.#look().finally(() => this.#lookLater(LOOK_EVERY_MS)), delayMs);
  }

  async #look(): Promise<void> {
    const { gate, scripts, onLook } = this.#options;
    try {
      const complete = await gate.ask(() =>
        Promise.all(ALL_PARTITIONS.map((partition) => this.#lookAt(partition, scripts))),
      );
      onLook(complete.filter((isComplete) => !isComplete).length);
    } catch {
      // The gate has told why.
    }
  }

  async #lookAt(partition: Partition, scripts: ReadScripts): Promise<boolean> {
    const version = await scripts.readVersion(partition);
    if (version) this.#options.cache.noteVersion(partition, version);
    return version !== undefined;
  }
}
