/** Keys that are there twice, in any JSON: none in what was written from a value, and every one that is put in. */
import * as fc from 'fast-check';
import { findRepeatedKeys } from '../../app/access/policy/repeated-keys';

const spacing = fc.constantFrom(undefined, 2, '\t');

it('a text made from a value has none', () => {
  fc.assert(
    fc.property(fc.jsonValue(), spacing, (value, space) => {
      expect(findRepeatedKeys(JSON.stringify(value, null, space))).toEqual([]);
    }),
  );
});

it('one that is put in is found, wherever it is, with its place', () => {
  const key = fc.string({ unit: 'grapheme' });
  const steps = fc.array(fc.oneof(key, fc.nat({ max: 3 })), { maxLength: 5 });
  fc.assert(
    fc.property(steps, key, fc.jsonValue(), fc.jsonValue(), (path, name, first, second) => {
      const quoted = JSON.stringify(name);
      const inner = `{${quoted}:${JSON.stringify(first)}, ${quoted} :${JSON.stringify(second)}}`;
      const text = path.reduceRight<string>(
        (value, step) =>
          typeof step === 'number' ? `[${'[{}],'.repeat(step)}${value},1]` : `{${JSON.stringify(step)}:${value}}`,
        inner,
      );
      const pointer = [...path, name].map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`);
      expect(findRepeatedKeys(text)).toEqual([pointer.join('')]);
    }),
  );
});
