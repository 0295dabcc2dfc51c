/** Counts answers by the rule that gave them; cheap enough for every pull. */
export class AnswerCounts {
  readonly #counters = new Map<string, { count: number }>();

  count(rule: string): void {
    const counter = this.#counters.get(rule);
    if (counter) counter.count++;
    else this.#counters.set(rule, { count: 1 });
  }

  *entries(): Generator<[rule: string, count: number]> {
    for (const [rule, { count }] of this.#counters) yield [rule, count];
  }
}
