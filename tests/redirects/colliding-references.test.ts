/** References that were chosen so that they are in each other's way in a hash table: whoever has to read them must not be busy for hours. */
import { ReferenceTableBuilder } from '../../app/redirects/build-reference-table';
import * as packedKey from '../../app/redirects/packed-key';
import { parsePlainFile } from '../../app/redirects/parse-plain-file';
import { parseRedirectFile } from '../../app/redirects/parse-redirect-file';
import { ANY_FORM, HASH_BYTES, IN_SCHEMA2, LONGEST_RUN, SHA256_DIGEST } from '../../app/redirects/table-layout';
import { ownTimeOf } from '../support/own-time';
import { createDocument, FILE } from './documents';

const MESSAGE =
  'has tags or digests that collide: more than 256 in a row of the hash table; they were chosen to, or made up with equal ends';

const TWO_TO_32 = 0x1_0000_0000;

/** The first digests whose hash is so, in its order: each is then as near as can be to where the search for it begins. */
function choose(count: number, isChosen: (hash: number) => boolean): string[] {
  const chosen: { hash: number; reference: string }[] = [];
  const key = new Uint8Array(1 + HASH_BYTES);
  key[0] = SHA256_DIGEST;
  for (let number = 0; chosen.length < count; number++) {
    new DataView(key.buffer).setUint32(1, number);
    const hash = packedKey.hashKey(key, 0, key.length) >>> 0;
    if (isChosen(hash)) chosen.push({ hash, reference: packedKey.readKey(key, 0) });
  }
  return chosen.sort((a, b) => a.hash - b.hash).map(({ reference }) => reference);
}

/** They differ in the middle only, so these are all hashed alike. */
const alike = (count: number): string[] =>
  Array.from({ length: count }, (_, number) => `sha256:${number.toString(16).padStart(56, '0')}${'0'.repeat(8)}`);

function builderOf(references: string[]): ReferenceTableBuilder {
  const builder = new ReferenceTableBuilder();
  for (const reference of references) builder.add(reference, IN_SCHEMA2);
  return builder;
}

afterEach(() => jest.restoreAllMocks());

const ONE_TOO_MANY = LONGEST_RUN + 1;

describe.each([
  ['all of their hash', alike(ONE_TOO_MANY)],
  ['what of it finds entries while they are added', choose(ONE_TOO_MANY, (hash) => hash % 2048 === 0)],
  ['what of it finds slots of the table', choose(ONE_TOO_MANY, (hash) => hash < TWO_TO_32 / 2048)],
])('digests that have in common %s', (_what, references) => {
  const others = references.slice(1);

  it('are refused, the same from bytes and from text', () => {
    const text = JSON.stringify(createDocument(5, { schema2_data: references }));

    expect(() => parsePlainFile(Buffer.from(text), FILE)).toThrow(new Error(MESSAGE));
    expect(() => parseRedirectFile(text, FILE)).toThrow(new Error(MESSAGE));
  });

  it('are all found where there is one fewer of them, among others', () => {
    const table = builderOf([...others, 'latest']).build(ANY_FORM);

    expect(references.map((reference) => table.find(reference)?.forms)).toEqual([
      undefined,
      ...others.map(() => IN_SCHEMA2),
    ]);
  });

  it('leave nothing behind for the next file', () => {
    const isParsed = (schema2_data: string[]): boolean => {
      const text = Buffer.from(JSON.stringify(createDocument(5, { schema2_data })));
      return parsePlainFile(text, FILE)?.kind === 'parsed';
    };

    expect(() => isParsed(references)).toThrow();
    expect(isParsed(references.slice(LONGEST_RUN / 2))).toBe(true);
  });
});

it('digests of which each is near its own place, but all in a row, are refused', () => {
  const count = 3 * LONGEST_RUN;
  const builder = builderOf(choose(count, (hash) => hash < 0.5 * TWO_TO_32));

  expect(() => builder.build(ANY_FORM)).toThrow(new Error(MESSAGE));
});

it('digests in a row that goes on at the first slot are refused', () => {
  const atEnds = [...choose(150, (hash) => hash > 0.96 * TWO_TO_32), ...choose(150, (hash) => hash < 0.04 * TWO_TO_32)];
  const others = choose(1000, (hash) => hash > 0.1 * TWO_TO_32 && hash < 0.9 * TWO_TO_32);

  expect(builderOf(others).build(ANY_FORM).isEmpty).toBe(false);

  const builder = builderOf([...others, ...atEnds]);

  expect(() => builder.build(ANY_FORM)).toThrow(new Error(MESSAGE));
});

it.each([4, 5, 6, 7, 8, 16, 32])('digests that repeat %d digits are accepted', (digits) => {
  const references = Array.from({ length: 1000 }, (_, number) => {
    const repeated = number.toString(16).padStart(digits, '0');
    return `sha256:${repeated.repeat(Math.ceil(64 / digits)).slice(0, 64)}`;
  });
  const text = Buffer.from(JSON.stringify(createDocument(5, { schema2_data: references })));

  expect(parsePlainFile(text, FILE)?.kind).toBe('parsed');
});

describe('the work that they make', () => {
  it('ends with the first one too many', () => {
    const builder = new ReferenceTableBuilder();
    let added = 0;
    const addAll = (): void => {
      for (const reference of alike(100_000)) {
        builder.add(reference, IN_SCHEMA2);
        added++;
      }
    };

    expect(addAll).toThrow(new Error(MESSAGE));
    expect(added).toBe(LONGEST_RUN);
  });

  it('does not grow with the square of their number while the table is filled', async () => {
    const builder = builderOf(choose(200_000, (hash) => hash < TWO_TO_32 / 16));
    const build = (): Promise<void> => {
      expect(() => builder.build(ANY_FORM)).toThrow(new Error(MESSAGE));
      return Promise.resolve();
    };

    // Half a minute, if each were put behind all others.
    expect(await ownTimeOf(build)).toBeLessThan(2000);
  });

  it('is bounded for lookups', () => {
    const references = alike(LONGEST_RUN);
    const table = builderOf(references).build(ANY_FORM);
    const compare = jest.spyOn(packedKey, 'isSameKey');

    expect(table.find(references.at(-1) as string)?.forms).toBe(IN_SCHEMA2);
    expect(compare).toHaveBeenCalledTimes(LONGEST_RUN);

    compare.mockClear();

    expect(table.find(alike(LONGEST_RUN + 1).at(-1) as string)).toBeUndefined();
    expect(compare).toHaveBeenCalledTimes(LONGEST_RUN);
  });
});
