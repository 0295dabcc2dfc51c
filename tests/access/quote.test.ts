/** What strangers wrote, made fit for a log line. */
import * as fc from 'fast-check';
import { quote, quoteTime } from '../../app/access/quote';

it.each([
  ['a text', 'PYYO:TEWU', '"PYYO:TEWU"'],
  ['a path', '../../etc/passwd', '"../../etc/passwd"'],
  ['controls', 'a\r\n\u0000\u001b[31m\u007f\u0085\u2028', '"a\\r\\n\\u0000\\u001b[31m\\u007f\\u0085\\u2028"'],
  ['quotes', 'a" b', '"a\\" b"'],
  ['letters of other alphabets', 'ключ', '"\\u043a\\u043b\\u044e\\u0447"'],
  ['a number', 5, '5'],
  ['a list', ['a', 'b'], '["a","b"]'],
  ['null', null, 'null'],
  ['nothing', undefined, 'nothing'],
  ['a hundred characters', 'x'.repeat(98), `"${'x'.repeat(98)}"`],
  ['more', 'x'.repeat(99), `"${'x'.repeat(99)}…`],
])('%s', (_what, value, shown) => {
  expect(quote(value)).toBe(shown);
});

it('is short and printable, whatever it is', () => {
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), fc.string({ unit: 'binary', maxLength: 300 })), (value) => {
      expect(quote(value)).toMatch(/^[\x20-\x7e]{1,100}…?$/);
    }),
  );
});

it.each([
  [0, '1970-01-01T00:00:00.000Z'],
  [1_767_225_600, '2026-01-01T00:00:00.000Z'],
  [1e300, '1e+300'],
  [-1e300, '-1e+300'],
  [Infinity, 'Infinity'],
])('shows the time %d', (seconds, shown) => {
  expect(quoteTime(seconds)).toBe(shown);
});
