/**
 * How long to wait until a worker is started in place of one that ended: not at all, unless it is the second, third, …
 * that ends within seconds. Then twice as long each time, so that what kills them all does not keep the machine busy.
 */
const SHORT_LIFE_MS = 10_000;
const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 5000;

export class RestartDelay {
  #shortLives = 0;

  /** After a worker that lived for `livedMs`. */
  nextMs(livedMs: number): number {
    if (livedMs >= SHORT_LIFE_MS) this.#shortLives = 0;
    const delayMs = this.#shortLives === 0 ? 0 : FIRST_DELAY_MS * 2 ** (this.#shortLives - 1);
    this.#shortLives++;
    return Math.min(delayMs, LONGEST_DELAY_MS);
  }
}
