/** The table of references: everything that was put in, nothing else, wherever the buffer has been. */
import * as fc from 'fast-check';
import { isDigest } from '../../app/registry/grammar';
import { ReferenceTableBuilder } from '../../app/redirects/build-reference-table';
import { createPage, ReferenceTable, type PublishedReference } from '../../app/redirects/reference-table';
import { hashKey, packKey, scaleHash } from '../../app/redirects/packed-key';
import { digests, imageIds, references } from '../registry/arbitrary-references';
import { digest, imageId } from './documents';
import {
  HAS_AMD64,
  HEADER_WORDS,
  IN_LISTS,
  IN_SCHEMA1,
  IN_SCHEMA2,
  IS_IMAGE,
  IS_IMAGE_TAG,
  LONGEST_KEY,
  LONGEST_RUN,
} from '../../app/redirects/table-layout';

interface Added {
  reference: string;
  form: number;
  value: string;
  valueNumber: number;
}

const keys = fc.oneof(references, imageIds);

const additions: fc.Arbitrary<Added[]> = fc.array(
  fc.oneof(
    fc.record({
      reference: keys,
      form: fc.constantFrom(IN_LISTS, IN_SCHEMA2, IN_SCHEMA1, IS_IMAGE),
      value: fc.constant(''),
      valueNumber: fc.constant(0),
    }),
    fc.record({ reference: keys, form: fc.constant(HAS_AMD64), value: digests, valueNumber: fc.constantFrom(1, 2) }),
    fc.record({ reference: keys, form: fc.constant(IS_IMAGE_TAG), value: imageIds, valueNumber: fc.constant(0) }),
  ),
  { maxLength: 60 },
);

const ALL_FORMS = IN_LISTS | IN_SCHEMA2 | IN_SCHEMA1 | HAS_AMD64 | IS_IMAGE | IS_IMAGE_TAG;

const isListed = (reference: string): boolean => !isDigest(reference);

function build(added: Added[], builder = new ReferenceTableBuilder()): ReferenceTable {
  for (const { reference, form, value, valueNumber } of added) builder.add(reference, form, value, valueNumber);
  return builder.build(ALL_FORMS);
}

const bytesOf = ({ place }: ReferenceTable): Uint8Array => place.page.bytes;

/** The same in the plainest way. */
function collect(added: Added[]): Map<string, PublishedReference> {
  const collected = new Map<string, PublishedReference>();
  for (const { reference, form, value, valueNumber } of added) {
    const before = collected.get(reference) ?? { forms: 0, valueNumber: 0, value: '' };
    collected.set(reference, {
      forms: before.forms | form,
      ...(value === '' ? { valueNumber: before.valueNumber, value: before.value } : { valueNumber, value }),
    });
  }
  return collected;
}

const inByteOrder = (list: Iterable<string>): string[] =>
  [...list].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));

function expectHolds(table: ReferenceTable, added: Added[], probes: string[]): void {
  const expected = collect(added);
  for (const key of [...expected.keys(), ...probes]) {
    expect([key, table.find(key)]).toEqual([key, expected.get(key)]);
  }
  const entries = [...table.entries()].map(({ key, published }): [string, PublishedReference] => [key, published]);
  expect(entries).toHaveLength(expected.size);
  expect(new Map(entries)).toEqual(expected);
  const tags = inByteOrder([...expected.keys()].filter(isListed));
  expect(table.tags()).toEqual(tags);
  expect([table.tagCount, table.isEmpty]).toEqual([tags.length, expected.size === 0]);
}

it('finds every reference in exactly its forms and with its value, and no other', () => {
  fc.assert(
    fc.property(additions, fc.array(fc.oneof(keys, fc.string({ unit: 'binary' }))), (added, probes) => {
      expectHolds(build(added), added, probes);
    }),
  );
});

it('holds the same after its memory has been to another thread', () => {
  fc.assert(
    fc.property(additions, (added) => {
      const buffer = bytesOf(build(added)).buffer as ArrayBuffer;
      const copied = structuredClone(buffer);
      const moved = structuredClone(buffer, { transfer: [buffer] });

      expect(buffer.byteLength).toBe(0);

      expectHolds(new ReferenceTable({ page: createPage(copied), offset: 0 }), added, []);
      expectHolds(new ReferenceTable({ page: createPage(moved), offset: 0 }), added, []);
    }),
  );
});

it('holds the same among others in one page', () => {
  fc.assert(
    fc.property(additions, additions, (added, others) => {
      const page = createPage(new ArrayBuffer(64 * 1024));
      let end = 0;
      const builder = new ReferenceTableBuilder();
      const buildBehind = (list: Added[]): ReferenceTable => {
        for (const { reference, form, value, valueNumber } of list) builder.add(reference, form, value, valueNumber);
        const table = builder.build(ALL_FORMS, () => ({ page, offset: end }));
        end += 4 * Math.ceil(table.byteLength / 4);
        return table;
      };
      const tables = [others, added, others].map(buildBehind);

      expectHolds(tables[0] as ReferenceTable, others, []);
      expectHolds(tables[1] as ReferenceTable, added, []);
      expectHolds(tables[2] as ReferenceTable, others, []);
    }),
  );
});

it('gives its tags page by page', () => {
  const afters = fc.oneof(keys, fc.string({ unit: 'binary', maxLength: 3 }), fc.constant(undefined));
  fc.assert(
    fc.property(additions, afters, fc.nat(10), (added, after, limit) => {
      const table = build(added);
      const bytesAfter = Buffer.from(after ?? '');
      const following = table.tags().filter((tag) => Buffer.compare(Buffer.from(tag), bytesAfter) > 0);

      expect(table.tags(after)).toEqual(following);
      expect(table.tags(after, limit)).toEqual(following.slice(0, limit));
    }),
  );
});

it('gives every tag once, when each page begins after the last', () => {
  fc.assert(
    fc.property(additions, fc.integer({ min: 1, max: 7 }), (added, limit) => {
      const table = build(added);
      const pages: string[] = [];
      for (let page = table.tags(undefined, limit); page.length > 0; page = table.tags(page.at(-1), limit))
        pages.push(...page);

      expect(pages).toEqual(table.tags());
    }),
  );
});

describe('a table of nothing', () => {
  const table = new ReferenceTableBuilder().build(ALL_FORMS);

  it.each(['latest', '', digest(1), imageId(1), '__proto__'])('does not find %j', (key) => {
    expect(table.find(key)).toBeUndefined();
  });

  it('has nothing to list', () => {
    expect([table.tags(), [...table.entries()], table.tagCount, table.isEmpty]).toEqual([[], [], 0, true]);
  });
});

it('lets the last value count, and keeps it when a form without value is added', () => {
  const added = [
    { reference: 'a', form: HAS_AMD64, value: digest(1), valueNumber: 1 },
    { reference: 'a', form: HAS_AMD64, value: digest(2), valueNumber: 2 },
    { reference: 'a', form: IN_LISTS, value: '', valueNumber: 0 },
  ];

  expect(build(added).find('a')).toEqual({
    forms: HAS_AMD64 | IN_LISTS,
    valueNumber: 2,
    value: digest(2),
  });
});

it('lists the tags that have one of the forms', () => {
  const builder = new ReferenceTableBuilder();
  builder.add('id', IS_IMAGE);
  builder.add('both', IS_IMAGE);
  builder.add('both', IS_IMAGE_TAG, imageId(1));
  builder.add(imageId(1), IS_IMAGE_TAG, imageId(1));

  expect(builder.build(IS_IMAGE_TAG).tags()).toEqual([imageId(1), 'both']);
});

describe('one builder after another table', () => {
  it.each([3, 5000])('of %i references makes the same as a new one', (count) => {
    fc.assert(
      fc.property(additions, fc.boolean(), (added, isFinished) => {
        const builder = new ReferenceTableBuilder();
        for (let number = 0; number < count; number++) builder.add(digest(number), IN_SCHEMA2);
        if (isFinished) builder.build(ALL_FORMS);
        else builder.clear();

        expect(bytesOf(build(added, builder))).toEqual(bytesOf(build(added)));
      }),
      { numRuns: 20 },
    );
  });
});

it('a table of more than 16 MiB, whose slots have no room for marks, finds the same', () => {
  const COUNT = 135_000;
  const tagAt = (number: number): string => `${number}-`.padEnd(128, 'x');
  const builder = new ReferenceTableBuilder();
  for (let number = 0; number < COUNT; number++) builder.add(tagAt(number), IN_SCHEMA2);
  const table = builder.build(ALL_FORMS);
  expect(table.byteLength).toBeGreaterThan(16 * 1024 * 1024);
  for (let number = 0; number < COUNT; number += 97) {
    expect(table.find(tagAt(number))).toEqual({ forms: IN_SCHEMA2, valueNumber: 0, value: '' });
    expect(table.find(tagAt(COUNT + number))).toBeUndefined();
  }
});

describe('a large repository', () => {
  const COUNT = 20_000;
  const sets: [what: string, create: (number: number) => string][] = [
    ['digests', (number) => `sha256:${imageId(number).replace(/^0+/, '').padEnd(64, '9')}`],
    ['digests that differ at their ends only', digest],
    ['version numbers', (number) => `1.${Math.floor(number / 100)}.${number % 100}`],
    ['dates', (number) => new Date(number * 3_600_000).toISOString().replaceAll(':', '-')],
    ['long tags that begin alike', (number) => `${'release-candidate-'.repeat(5)}${number}`],
  ];

  it.each(sets)('costs few steps a lookup: %s', (_what, create) => {
    const list = Array.from({ length: COUNT }, (_, number) => create(number));
    const builder = new ReferenceTableBuilder();
    for (const key of list) builder.add(key, IN_SCHEMA2);
    const [slotCount = 0] = builder.build(ALL_FORMS).place.page.words;
    // What linear probing makes of these keys: how far each lies from where the search for it begins.
    const isTaken = new Uint8Array(slotCount);
    let steps = 0;
    for (const key of list) {
      const bytes = new Uint8Array(LONGEST_KEY);
      let slot = scaleHash(hashKey(bytes, 0, packKey(key, bytes, 0)), slotCount);
      for (; isTaken[slot]; slot = (slot + 1) % slotCount) steps++;
      isTaken[slot] = 1;
    }

    expect(steps / COUNT).toBeLessThan(4);
  });

  it.each(sets)('is far from being refused: %s', (_what, create) => {
    const builder = new ReferenceTableBuilder();
    for (let number = 0; number < COUNT; number++) builder.add(create(number), IN_SCHEMA2);
    const { words } = builder.build(ALL_FORMS).place.page;
    const slots = words.subarray(HEADER_WORDS, HEADER_WORDS + (words[0] as number));
    const free = [...slots.keys()].filter((slot) => slots[slot] === 0);
    const runs = free.map((slot, position) => slot - (free[position - 1] ?? -1) - 1);

    expect(Math.max(...runs)).toBeGreaterThan(1);
    expect(Math.max(...runs)).toBeLessThan(LONGEST_RUN / 4);
  });

  it('takes about 40 bytes a digest', () => {
    const builder = new ReferenceTableBuilder();
    for (let number = 0; number < COUNT; number++) builder.add(digest(number), IN_SCHEMA2);
    const table = builder.build(ALL_FORMS);

    expect(table.byteLength / COUNT).toBeLessThan(42);
    expect(bytesOf(table).length - table.byteLength).toBeLessThan(4);
    expect(table.find(digest(COUNT - 1))?.forms).toBe(IN_SCHEMA2);
    expect(table.find(digest(COUNT))).toBeUndefined();
  });
});
