import { bestRound } from './best-round';

it.each([
  ['the first that keeps within the bound is enough', [9, 1], 9],
  ['one that does not is followed by another one', [10, 30, 4, 1], 4],
  ['of all that do not, the least is told', [30, 10, 20, 1], 10],
])('%s', async (_what, measured, best) => {
  const rounds: number[] = [];
  const least = await bestRound(10, (round) => {
    rounds.push(round);
    return Promise.resolve(measured[round] as number);
  });
  expect(least).toBe(best);
  expect(rounds).toEqual(measured.slice(0, rounds.length).map((_, round) => round));
});

it('there are as many rounds as one likes', async () => {
  expect(await bestRound(10, (round) => Promise.resolve(30 - round), { mostRounds: 7 })).toBe(24);
});
