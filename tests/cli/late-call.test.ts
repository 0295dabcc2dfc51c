/** A call that comes early is answered once, and each later one as it comes. */
import { LateCall } from '../../app/cli/late-call';

it.each([
  [0, 0],
  [1, 1],
  [3, 1],
])('%i calls before there is an answer are %i answers', (early, answered) => {
  const late = new LateCall();
  for (let call = 0; call < early; call++) late.call();
  const answer = jest.fn();
  late.answerBy(answer);
  expect(answer).toHaveBeenCalledTimes(answered);
  late.call();
  late.call();
  expect(answer).toHaveBeenCalledTimes(answered + 2);
});
