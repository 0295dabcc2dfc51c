/** Answers are counted by the rule that gave them. */
import { AnswerCounts } from '../../app/observe/answer-counts';

it('counts each rule by itself, in the order in which they first answered', () => {
  const counts = new AnswerCounts();
  for (const rule of ['7a', '3', '7a', '__proto__', '7a']) counts.count(rule);

  expect([...counts.entries()]).toEqual([
    ['7a', 3],
    ['3', 1],
    ['__proto__', 1],
  ]);
});

it('begins with nothing', () => {
  expect([...new AnswerCounts().entries()]).toEqual([]);
});
