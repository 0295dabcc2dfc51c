/**
 * Remembers for a short time whether a password was right, so that a client that sends it with every request costs one hash.
 *
 * A key is an HMAC over user, password and stored hash, with a secret that this process made up: neither password nor hash
 * can be read out of it, and a changed line of the password file has keys of its own at once. Right and wrong verdicts have
 * a place of their own each: a flood of wrong passwords pushes no right one out.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';

export type Verdict = 'right' | 'wrong';

export interface VerdictCacheOptions {
  /** How long a right password stays known after it was last used; default 300,000. */
  rightMs?: number;
  /** How long a wrong password stays known after it was checked; default 10,000. */
  wrongMs?: number;
  /** Verdicts that are kept at most; default 10,000 right and 1,000 wrong ones. */
  mostRight?: number;
  mostWrong?: number;
}

export class VerdictCache {
  readonly #secret = randomBytes(32);
  readonly #right: LRUCache<string, Verdict>;
  readonly #wrong: LRUCache<string, Verdict>;

  constructor({ rightMs = 300_000, wrongMs = 10_000, mostRight = 10_000, mostWrong = 1000 }: VerdictCacheOptions) {
    // Resolution 0: the clock is asked each time, and no timer stands between it and the answer.
    this.#right = new LRUCache({ max: mostRight, ttl: rightMs, updateAgeOnGet: true, ttlResolution: 0 });
    this.#wrong = new LRUCache({ max: mostWrong, ttl: wrongMs, ttlResolution: 0 });
  }

  /** A key for what decides a verdict. */
  keyOf(...parts: string[]): string {
    return createHmac('sha256', this.#secret).update(JSON.stringify(parts)).digest('base64');
  }

  find(key: string): Verdict | undefined {
    return this.#right.get(key) ?? this.#wrong.get(key);
  }

  keep(key: string, verdict: Verdict): void {
    (verdict === 'right' ? this.#right : this.#wrong).set(key, verdict);
  }
}
