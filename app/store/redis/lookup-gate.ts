/**
 * What stands between requests and a Redis that is slow or gone: whoever asks learns soon that there is no answer, and nothing
 * piles up.
 *
 * A lookup waits for the configured time at most. When so many in a row waited in vain, Redis is taken to be stuck: no more are
 * sent, until it answers again.
 */
import { IndexUnavailable } from '../index-unavailable';
import type { RedisClient } from './connect';
import { isConnected } from './connect';

/** Lookups under way; more than this are not answered in time anyway. */
const MOST_UNDER_WAY = 10_000;

/** In a cluster, one node that is stuck must not keep lookups from the others: those answer in between. */
const MOST_TIMEOUTS = 10;

const PROBE_EVERY_MS = 100;

export interface LookupGateOptions {
  client: RedisClient;
  timeoutMs: number;
  /** What went wrong although there is a connection; told as often as it happens. */
  onFault: (fault: Error) => void;
}

export class LookupGate {
  readonly #options: LookupGateOptions;
  #underWay = 0;
  #timeouts = 0;
  #probe: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: LookupGateOptions) {
    this.#options = options;
  }

  /** Redis does not answer; it is asked now and then whether it does again. */
  get isStuck(): boolean {
    return this.#timeouts >= MOST_TIMEOUTS;
  }

  /** Throws IndexUnavailable when there is no answer. */
  async ask<T>(command: () => Promise<T>): Promise<T> {
    const { client, timeoutMs, onFault } = this.#options;
    // A cluster of which a node is lost answers for what is on the others; what is not, it refuses.
    if (client.status !== 'ready') throw new IndexUnavailable('Redis is out of reach');
    if (this.isStuck || this.#underWay >= MOST_UNDER_WAY) throw new IndexUnavailable('Redis does not answer');
    this.#underWay++;
    try {
      const answer = await within(timeoutMs, command());
      this.#timeouts = 0;
      return answer;
    } catch (error) {
      const fault = error as Error;
      if (fault instanceof LookupTimeout) this.#noteTimeout();
      if (isConnected(client)) onFault(fault);
      throw new IndexUnavailable('Redis cannot be asked', { cause: fault });
    } finally {
      this.#underWay--;
    }
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#probe);
  }

  #noteTimeout(): void {
    this.#timeouts++;
    if (this.isStuck && !this.#probe) this.#probeLater();
  }

  #probeLater(): void {
    if (this.#isClosed) return;
    this.#probe = setTimeout(() => void this.#probeNow(), PROBE_EVERY_MS);
    this.#probe.unref();
  }

  /** One question at a time: it is answered when Redis is back, or fails with its connection. */
  async #probeNow(): Promise<void> {
    try {
      await this.#options.client.ping();
      this.#timeouts = 0;
      this.#probe = undefined;
    } catch {
      this.#probeLater();
    }
  }
}

export class LookupTimeout extends Error {
  override name = 'LookupTimeout';
}

async function within<T>(timeoutMs: number, answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new LookupTimeout(`no answer within ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
