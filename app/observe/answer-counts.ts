/** Counts answers by the rule that gave them; cheap enough for every pull. */
export class AnswerCounts {
  readonly #counts = new Map<string, number>();

  count(rule: string): void {
    this.#counts.set(rule, (this.#counts.get(rule) ?? 0) + 1);
  }

  entries(): IterableIterator<[rule: string, count: number]> {
    return this.#counts.entries();
  }
}
