/**
 * Chooses one of several, in an order that looks like chance and is the same every time. Turns would not do: two lists whose
 * lengths have a common divisor would never meet in all combinations.
 */
export type Choose = <T>(list: readonly T[]) => T;

/** A linear congruential generator modulo 2³² with the constants of "Numerical Recipes"; its high bits are the good ones. */
export function createChoice(seed: number): Choose {
  let state = seed >>> 0;
  return (list) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const chosen = list[Math.floor((state / 2 ** 32) * list.length)];
    if (chosen === undefined) throw new Error('there is nothing to choose from');
    return chosen;
  };
}
