/** Tags are in byte order, however many there are and however they came. */
import * as fc from 'fast-check';
import { LONGEST_KEY, packKey } from '../../app/redirects/packed-key';
import { sortTags } from '../../app/redirects/sort-tags';
import { imageIds, tags } from '../registry/arbitrary-references';

function sort(keys: string[]): string[] {
  const bytes = new Uint8Array(keys.length * (LONGEST_KEY + 1));
  const offsets = new Uint32Array(keys.length);
  const keyAt = new Map<number, string>();
  let end = 0;
  for (const [number, key] of keys.entries()) {
    offsets[number] = end;
    keyAt.set(end, key);
    end = packKey(key, bytes, end + 1);
  }
  sortTags(bytes, offsets);
  return [...offsets].map((offset) => keyAt.get(offset) ?? 'none');
}

const inByteOrder = (keys: string[]): string[] =>
  [...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));

it('whatever they are', () => {
  const keys = fc.uniqueArray(fc.oneof({ weight: 9, arbitrary: tags }, imageIds), { maxLength: 200 });
  fc.assert(fc.property(keys, (list) => expect(sort(list)).toEqual(inByteOrder(list))));
});

it.each([0, 1, 2, 7, 8, 9, 16, 17, 39, 64, 65, 1000])(
  '%i of them: in order, in reverse, in order of numbers',
  (count) => {
    const numbered = Array.from({ length: count }, (_, number) => `1.24.${number}`);
    const sorted = inByteOrder(numbered);
    for (const list of [sorted, [...sorted].reverse(), numbered]) expect(sort(list)).toEqual(sorted);
  },
);
