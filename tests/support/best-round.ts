/**
 * How long something takes that has a bound in the specification, on a machine that is now and then busy with other things: the best of
 * some rounds is what the program does. What is measured has to end by itself (./until), or nobody learns of what never comes.
 */
const MOST_ROUNDS = 3;

export interface RoundOptions {
  /** Default: 3. */
  mostRounds?: number;
}

/** Resolves to the least that was measured. There is another round only as long as none has kept within the bound. */
export async function bestRound(
  bound: number,
  measure: (round: number) => Promise<number>,
  { mostRounds = MOST_ROUNDS }: RoundOptions = {},
): Promise<number> {
  let best = Infinity;
  for (let round = 0; round < mostRounds && best >= bound; round++) best = Math.min(best, await measure(round));
  return best;
}
