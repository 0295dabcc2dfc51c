/**
 * Bounds how many checks there are at a time, done or waiting: in all, and of one source, so that none fills every place.
 * A check that is asked for while the same one is under way needs no place: it waits for that one's outcome.
 */

export interface Bounds {
  most: number;
  mostOfSource: number;
}

export class BoundedChecks<Outcome> {
  readonly #underWay = new Map<string, Promise<Outcome>>();
  readonly #countOfSource = new Map<string, number>();

  constructor(readonly bounds: Bounds) {}

  /** `key`: the same for the same check. Undefined: there is no place. */
  start(key: string, source: string, check: () => Promise<Outcome>): Promise<Outcome> | undefined {
    const same = this.#underWay.get(key);
    if (same) return same;
    const { most, mostOfSource } = this.bounds;
    if (this.#underWay.size >= most || this.#count(source) >= mostOfSource) return undefined;
    this.#countOfSource.set(source, this.#count(source) + 1);
    const checking = check().finally(() => this.#leave(key, source));
    this.#underWay.set(key, checking);
    return checking;
  }

  #leave(key: string, source: string): void {
    this.#underWay.delete(key);
    const count = this.#count(source) - 1;
    if (count > 0) this.#countOfSource.set(source, count);
    else this.#countOfSource.delete(source);
  }

  #count(source: string): number {
    return this.#countOfSource.get(source) ?? 0;
  }
}
