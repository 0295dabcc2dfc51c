/** Keys as bytes: short, and the same again when they are read. */
import * as fc from 'fast-check';
import { isSameKey, nextOffset, packKey, readKey } from '../../app/redirects/packed-key';
import { digests, imageIds, references } from '../registry/arbitrary-references';
import { LONGEST_KEY } from '../../app/redirects/table-layout';

/** The bytes of a key alone; none when no key can be so. */
function pack(key: string): Uint8Array {
  const bytes = new Uint8Array(LONGEST_KEY);
  return bytes.slice(0, Math.max(0, packKey(key, bytes, 0)));
}

/** Whether a key, packed among others, is taken for another one. */
function isTakenFor(key: string, other: string): boolean {
  const [bytes, asked] = [pack(key), pack(other)];
  return asked.length > 0 && isSameKey(bytes, 0, asked, 0, asked.length);
}

const HEX = '0123456789abcdef'.repeat(4);

const keys = fc.oneof(references, digests, imageIds, fc.stringMatching(/^[\x20-\x7e]{1,253}$/));

it.each([
  ['a digest', `sha256:${HEX}`, 33],
  ['an image id', HEX, 33],
  ['a tag', 'latest', 7],
  ['one character', 'a', 2],
  ['the longest text', 'x'.repeat(253), 254],
  ['a sha512 digest', `sha512:${HEX}${HEX}`, 136],
  ['a digest in upper case', `sha256:${HEX.toUpperCase()}`, 72],
  ['an id in upper case', HEX.toUpperCase(), 65],
  ['a digest that is one digit short', `sha256:${HEX.slice(1)}`, 71],
  ['an id that is one digit long', `${HEX}0`, 66],
  ['a tag that looks like a digest', `sha256-${HEX}`, 72],
])('%s takes its bytes and no more', (_what, key, size) => {
  const bytes = pack(key);

  expect([bytes.length, nextOffset(bytes, 0), readKey(bytes, 0)]).toEqual([size, size, key]);
});

it('any key is read back from any place', () => {
  fc.assert(
    fc.property(fc.array(keys, { minLength: 1, maxLength: 6 }), fc.nat(9), (list, padding) => {
      // A view into a larger buffer, as the entries of a table are.
      const packed = list.map(pack);
      const whole = Uint8Array.from(Buffer.concat([Buffer.alloc(padding, 7), ...packed]));
      const view = new Uint8Array(whole.buffer, padding);
      let offset = 0;
      for (const key of list) {
        expect(readKey(view, offset)).toBe(key);
        expect(isSameKey(view, offset, pack(key), 0, pack(key).length)).toBe(true);
        offset = nextOffset(view, offset);
      }

      expect(offset).toBe(view.length);
    }),
  );
});

describe('comparing', () => {
  const others = fc.oneof(keys, fc.string({ unit: 'binary' }), fc.string({ minLength: 254, maxLength: 256 }));

  it('finds two keys the same only when they are', () => {
    fc.assert(
      fc.property(keys, others, (key, other) => {
        expect(isTakenFor(key, other)).toBe(key === other);
      }),
      { numRuns: 500 },
    );
  });

  it('sees a difference in any one character', () => {
    fc.assert(
      fc.property(keys, fc.nat(), fc.constantFrom('a', 'A', '0', 'f', ':', 'Ā'), (key, position, character) => {
        const at = position % key.length;
        const other = key.slice(0, at) + character + key.slice(at + 1);

        expect(isTakenFor(key, other)).toBe(key === other);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['a digest', `sha256:${HEX}`, HEX],
    ['an id', HEX, `sha256:${HEX}`],
    ['a digest', `sha256:${HEX}`, `sha256-${HEX}`],
    ['a digest', `sha256:${HEX}`, `sha256:${HEX.toUpperCase()}`],
    ['a digest', `sha256:${HEX}`, `sha256:${HEX}0`],
    ['an id', HEX, HEX.toUpperCase()],
    ['a tag', 'a', 'a\u0000'],
    ['a tag', 'a', 'š'],
    ['a tag', 'a', ''],
  ])('tells %s from what looks like it: %s, %j', (_what, key, other) => {
    expect([isTakenFor(key, other), isTakenFor(key, key)]).toEqual([false, true]);
  });
});

it.each([
  ['nothing', ''],
  ['too much', 'x'.repeat(254)],
  ['more than ASCII', 'späť'],
  ['more than ASCII in place of a digit', `sha256:${HEX.slice(1)}š`],
])('packs no key of %s', (_what, key) => {
  expect(packKey(key, new Uint8Array(2 * LONGEST_KEY), 0)).toBeLessThan(0);
});
