/** Replies that come, come too late, or never come. */
import { Replies } from '../../app/cli/replies';

const LONG_MS = 60_000;

it('go to the question that they answer', async () => {
  const replies = new Replies<string>(LONG_MS);
  const ids: number[] = [];
  const asked = ['a', 'b'].map(() => replies.ask((id) => ids.push(id)));
  for (const [position, id] of [...ids.entries()].reverse()) replies.take(id, `reply ${position}`);
  expect(await Promise.all(asked)).toEqual(['reply 0', 'reply 1']);
});

it('are undefined when nobody is left to reply', async () => {
  const replies = new Replies<string>(LONG_MS);
  const asked = [replies.ask(() => undefined), replies.ask(() => undefined)];
  replies.abandon();
  expect(await Promise.all(asked)).toEqual([undefined, undefined]);
});

it('that come after the time are dropped', async () => {
  const replies = new Replies<string>(1);
  let asked = 0;
  expect(await replies.ask((id) => (asked = id))).toBeUndefined();
  expect(() => replies.take(asked, 'late')).not.toThrow();
});
