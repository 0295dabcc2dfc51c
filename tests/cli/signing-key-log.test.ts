/** What the log says of a signing key that is offered to Redis again and again. */
import { createSigningKeyLog } from '../../app/cli/signing-key-log';
import { createLogRecorder } from '../load/loading';

const full = (): Error => new Error('OOM command not allowed');
const forbidden = (): Error => new Error('NOPERM no permissions');

function record(...answers: (Error | undefined)[]): string[] {
  const { logger, lines } = createLogRecorder();
  const note = createSigningKeyLog(logger);
  for (const answer of answers) note(answer);
  return lines.map(({ level, message, fields }) => [level, message, fields['reason']].join(' '));
}

it('is silent while it is taken', () => {
  expect(record(undefined, undefined)).toEqual([]);
});

it('tells each reason once, and when it is good again', () => {
  const lines = record(full(), full(), forbidden(), full(), undefined, undefined, full());

  expect(lines).toEqual([
    expect.stringMatching(/^warn Redis refuses the signing key; .* Redis is full/),
    expect.stringMatching(/^warn Redis refuses the signing key; .* its ACL rules/),
    'info the signing key is in Redis again ',
    expect.stringMatching(/^warn .* Redis is full/),
  ]);
});
