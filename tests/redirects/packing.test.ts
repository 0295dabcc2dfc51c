/** What is done in words of eight bytes, and in memory that grows: at each position, for each character, and whatever the size. */
import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { ReferenceTableBuilder } from '../../app/redirects/build-reference-table';
import type { ReferenceTable } from '../../app/redirects/reference-table';
import { ANY_FORM, HAS_AMD64, IN_SCHEMA1, IN_SCHEMA2 } from '../../app/redirects/table-layout';
import { imageIds, tags } from '../registry/arbitrary-references';
import { digest, imageId } from './documents';

/** Of node; its types come with those of browsers only. */
declare const WebAssembly: { Instance: () => unknown };

const MEBIBYTE = 1024 * 1024;

const textOf = (lists: Record<string, string[]>): Buffer => Buffer.from(JSON.stringify(lists));

/** Undefined: the text, or one of its lists, is not plain. */
function pack(text: Buffer, builder = new ReferenceTableBuilder()): ReferenceTable | undefined {
  return builder.cutLists(text) !== undefined && builder.addLists() ? builder.build(ANY_FORM) : undefined;
}

const inByteOrder = (list: string[]): string[] =>
  [...list].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));

const positions = Array.from({ length: 64 }, (_, position) => position);
const codes = Array.from({ length: 256 }, (_, code) => code);

it.each(positions)('a character that is no digit is seen at position %i', (position) => {
  const builder = new ReferenceTableBuilder();
  const text = textOf({ schema2_data: [`sha256:${'0'.repeat(64)}`] });
  const at = text.indexOf(':', 16) + 1 + position;
  const accepted = codes.filter((code) => {
    text[at] = code;
    return pack(text, builder) !== undefined;
  });
  expect(String.fromCharCode(...accepted)).toBe('0123456789abcdef');
});

it.each(positions)('a digit is kept at position %i', (position) => {
  const all = Array.from('0123456789abcdef', (digit) => {
    const digits = 'f0'.repeat(32);
    return `sha256:${digits.slice(0, position)}${digit}${digits.slice(position + 1)}`;
  });
  const table = pack(textOf({ schema2_data: all }));
  expect([...(table?.entries() ?? [])].map(({ key }) => key)).toEqual([...new Set(all)]);
});

it('a tag has the characters that it may have, wherever', () => {
  const builder = new ReferenceTableBuilder();
  for (const [at, right] of [
    [0, /\w/],
    [1, /[\w.-]/],
    [9, /[\w.-]/],
  ] as const) {
    const text = textOf({ schema2_data: ['x'.repeat(10)] });
    const accepted = codes.filter((code) => {
      text[text.indexOf('[') + 2 + at] = code;
      return pack(text, builder) !== undefined;
    });
    expect(accepted).toEqual(codes.filter((code) => code < 128 && right.test(String.fromCharCode(code))));
  }
});

it.each(Array.from({ length: 130 }, (_, length) => length))('a tag of %i characters', (length) => {
  const tag = 'abcdefghijk.mnopqr-tuvw_yz'.repeat(5).slice(0, length);
  const table = pack(textOf({ schema1_data: [tag, 'other'], schema2_data: [tag] }));
  const isOne = length > 0 && length <= 128;
  expect(table?.find(tag)).toEqual(isOne ? { forms: IN_SCHEMA1 | IN_SCHEMA2, valueNumber: 0, value: '' } : undefined);
  expect(table?.tags()).toEqual(isOne ? [tag, 'other'] : undefined);
});

it.each(Array.from({ length: 24 }, (_, shift) => shift))('a list that begins and ends at any byte: %i', (shift) => {
  const rest = (list: string): string => `{${' '.repeat(shift)}"schema2_data":[${list}],"x":"]"}`;
  const builder = new ReferenceTableBuilder();
  expect(builder.cutLists(Buffer.from(rest(`"latest"${' '.repeat(shift)}`)))).toBe(rest(''));
  expect([builder.addLists(), builder.build(ANY_FORM).tags()]).toEqual([true, ['latest']]);
});

describe('tags are in byte order', () => {
  const sort = (keys: string[]): string[] | undefined => pack(textOf({ schema2_data: keys }))?.tags();

  it('whatever they are', () => {
    const keys = fc.uniqueArray(fc.oneof({ weight: 9, arbitrary: tags }, imageIds), { maxLength: 200 });
    fc.assert(fc.property(keys, (list) => expect(sort(list)).toEqual(inByteOrder(list))));
  });

  it('where they are digits, or begin with some', () => {
    const digits = fc.stringMatching(/^[0-9a-f]{62,64}[A-Za-z0-9]{0,3}$/);
    const alike = fc.tuple(imageIds, fc.nat(66)).map(([id, length]) => id.slice(0, Math.max(1, length)));
    const keys = fc.uniqueArray(fc.oneof(digits, alike), { maxLength: 50 });
    fc.assert(fc.property(keys, (list) => expect(sort(list)).toEqual(inByteOrder(list))));
  });

  it.each([0, 1, 2, 7, 8, 9, 16, 17, 39, 64, 65, 1000, 5000])(
    '%i of them: in order, in reverse, by numbers',
    (count) => {
      const numbered = Array.from({ length: count }, (_, number) => `1.24.${number}`);
      const sorted = inByteOrder(numbered);
      for (const list of [sorted, [...sorted].reverse(), numbered]) expect(sort(list)).toEqual(sorted);
    },
  );
});

describe('memory', () => {
  const small = textOf({ schema2_data: [digest(1), 'latest'] });
  const bytesOf = (table: ReferenceTable | undefined): Uint8Array | undefined => table?.place.page.bytes;

  it('grows with what is added, and nothing that was there is lost', () => {
    const builder = new ReferenceTableBuilder();
    const count = 3000;
    for (let number = 0; number < count; number++) {
      builder.add(`${number}-`.padEnd(128, 'x'), HAS_AMD64, digest(number), 2);
    }
    const table = builder.build(ANY_FORM);
    expect(table.tagCount).toBe(count);
    for (let number = 0; number < count; number++) {
      expect(table.find(`${number}-`.padEnd(128, 'x'))?.value).toBe(digest(number));
    }
  });

  it('grows between what was added as text and the lists', () => {
    const builder = new ReferenceTableBuilder();
    const ids = Array.from({ length: 5000 }, (_, number) => imageId(number));
    expect(builder.cutLists(textOf({ schema2_data: ids }))).toBe('{"schema2_data":[]}');
    builder.add('listed', HAS_AMD64, digest(1), 2);
    expect(builder.addLists()).toBe(true);
    expect(builder.build(ANY_FORM).tags()).toEqual([...ids, 'listed']);
  });

  it.each([
    ['digests', (number: number) => `sha256:${createHash('sha256').update(String(number)).digest('hex')}`],
    ['short tags', (number: number) => `t${number}`],
  ])('that is laid out anew for a larger text is clean: %s', (_what, referenceOf) => {
    const builder = new ReferenceTableBuilder();
    for (const kilobytes of [20, 60, 66, 68, 70, 76, 90, 100, 120, 200, 300, 20, 68, 400, 500]) {
      const references = Array.from({ length: 1200 }, (_, number) => referenceOf(kilobytes * 10_000 + number));
      // Few enough for the entries not to need more room; the rest of the text is space.
      const list = JSON.stringify({ schema2_data: references.slice(0, 800) });
      const text = Buffer.from(list.padEnd(kilobytes * 1024));
      expect(bytesOf(pack(text, builder))).toEqual(bytesOf(pack(text)));
    }
  });

  it('of a large file leaves nothing behind for a small one', () => {
    const builder = new ReferenceTableBuilder();
    const many = Array.from({ length: 60_000 }, (_, number) => digest(number));
    expect(pack(textOf({ schema2_data: many }), builder)?.byteLength).toBeGreaterThan(2 * MEBIBYTE);
    expect(bytesOf(pack(small, builder))).toEqual(bytesOf(pack(small)));
  });

  it('that the system reserves for nobody is told with what helps', () => {
    jest.spyOn(WebAssembly, 'Instance').mockImplementation(() => {
      throw new RangeError('Out of memory');
    });
    const builder = new ReferenceTableBuilder();
    expect(() => builder.prepare()).toThrow(/ulimit -v.*--disable-wasm-trap-handler: Out of memory$/);
    jest.restoreAllMocks();
    builder.prepare();
    expect(pack(small, builder)?.find('latest')?.forms).toBe(IN_SCHEMA2);
  });

  it('that is not there is an error of that file, and of no other', () => {
    const builder = new ReferenceTableBuilder();
    // Nobody writes to it, so it takes no memory by itself.
    const huge = new Uint8Array(2047 * MEBIBYTE);
    expect(() => builder.cutLists(huge)).toThrow(new RangeError('there is no memory for a file of that size'));
    expect(bytesOf(pack(small, builder))).toEqual(bytesOf(pack(small)));
  });
});
