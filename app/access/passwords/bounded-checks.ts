/**
 * Bounds how many checks there are at a time, and lets them be done some at once, the others later.
 *
 * Places are bounded in all and for each source. When half of them are taken, a source that has two gets no more: the
 * other half is for sources that have none or one, so that a few cannot take every place. Those that wait are not done in
 * the order in which they came but source by source, so nobody waits for all that another has asked for.
 * A check that is asked for while the same one is under way needs no place: it waits for that one's outcome.
 */

export interface Bounds {
  /** Checks that are done at the same time. */
  atOnce: number;
  /** Done or waiting. */
  most: number;
  mostOfSource: number;
}

const MOST_OF_SOURCE_IN_SECOND_HALF = 2;

export class BoundedChecks<Outcome> {
  readonly #underWay = new Map<string, Promise<Outcome>>();
  readonly #countOfSource = new Map<string, number>();
  /** Source → what begins its checks. The source whose turn is next comes first. */
  readonly #waiting = new Map<string, (() => void)[]>();
  #runningCount = 0;

  constructor(readonly bounds: Bounds) {}

  /** `key`: the same for the same check. Undefined: there is no place. */
  start(key: string, source: string, check: () => Promise<Outcome>): Promise<Outcome> | undefined {
    const same = this.#underWay.get(key);
    if (same) return same;
    if (!this.#hasPlace(source)) return undefined;
    this.#countOfSource.set(source, this.#count(source) + 1);
    const checking = this.#inTurn(source, check).finally(() => this.#leave(key, source));
    this.#underWay.set(key, checking);
    return checking;
  }

  #hasPlace(source: string): boolean {
    const { most, mostOfSource } = this.bounds;
    const [taken, own] = [this.#underWay.size, this.#count(source)];
    return taken < most && own < (taken < most / 2 ? mostOfSource : MOST_OF_SOURCE_IN_SECOND_HALF);
  }

  #inTurn(source: string, check: () => Promise<Outcome>): Promise<Outcome> {
    if (this.#runningCount < this.bounds.atOnce) {
      this.#runningCount++;
      return check();
    }
    return new Promise((resolve) => {
      const queue = this.#waiting.get(source) ?? [];
      queue.push(() => {
        resolve(check());
      });
      this.#waiting.set(source, queue);
    });
  }

  #leave(key: string, source: string): void {
    this.#underWay.delete(key);
    const count = this.#count(source) - 1;
    if (count > 0) this.#countOfSource.set(source, count);
    else this.#countOfSource.delete(source);
    const begin = this.#takeNext();
    if (begin) begin();
    else this.#runningCount--;
  }

  #takeNext(): (() => void) | undefined {
    for (const [source, [next, ...others]] of this.#waiting) {
      this.#waiting.delete(source);
      if (others.length > 0) this.#waiting.set(source, others);
      return next;
    }
    return undefined;
  }

  #count(source: string): number {
    return this.#countOfSource.get(source) ?? 0;
  }
}
