/**
 * A read-only hash table of references in plain bytes: which forms of a tag or digest a repository publishes.
 *
 * A Set of strings costs 105 bytes a reference and cannot leave its thread without being copied; this costs about 40 and
 * moves between threads for nothing. Built by build-reference-table.ts and ./packing, read here; all numbers little-endian.
 *
 *     words[0]                 number of slots
 *     words[1]                 number of tags
 *     words[2]                 number of bytes of all entries
 *     words[3 …]               slots: mark of the key and offset of its entry + 1, 0 = free; linear probing from the hash
 *     words[3 + slots …]       offsets of the entries of all tags, in byte order of the tags
 *     bytes[…]                 entries: forms (1 byte), key, and for a form with a value: number (1 byte), value
 *     key, value               length or kind (1 byte), then text (length 1 to 253), or 32 bytes of a hexadecimal hash
 *
 * Pure.
 */
import { hashKey, isSameKey, markMaskOf, markOf, nextOffset, packKey, readKey, scaleHash } from './packed-key';
import { HEADER_WORDS, LONGEST_KEY, REPLACED, WITH_VALUE } from './table-layout';

/** What a repository publishes of one reference. */
export interface PublishedReference {
  /** IN_… bits. */
  forms: number;
  /** For HAS_AMD64 the schema version, 1 or 2; otherwise 0. */
  valueNumber: number;
  /** For HAS_AMD64 the digest of the image, for IS_IMAGE_TAG the image id; otherwise empty. */
  value: string;
}

/** Most references have no value: these are all that can be said of them, by their forms. */
const WITHOUT_VALUE = Array.from({ length: 256 }, (_, forms): PublishedReference =>
  Object.freeze({ forms, valueNumber: 0, value: '' }),
);

/** Memory of one table or of several, seen in two ways. An ArrayBuffer of its own would cost a small table more than this. */
export interface TablePage {
  words: Uint32Array;
  bytes: Uint8Array;
}

/** `buffer`: a multiple of 4 bytes. */
export const createPage = (buffer: ArrayBuffer): TablePage => ({
  words: new Uint32Array(buffer),
  bytes: new Uint8Array(buffer),
});

/** Where a table is: its first byte is at a multiple of 4. */
export interface TablePlace {
  page: TablePage;
  offset: number;
}

/** The key that is looked for; a lookup never waits, so one place serves all tables. */
const asked = new Uint8Array(LONGEST_KEY);

export class ReferenceTable {
  readonly #words: Uint32Array;
  readonly #bytes: Uint8Array;
  /** Index of the first slot among the words. */
  readonly #slotsFrom: number;
  /** Kept here, because the table's own first word is one more place in memory to wait for. */
  readonly #slotCount: number;
  readonly #markMask: number;
  /** Offset of the first entry among the bytes. */
  readonly #entriesFrom: number;

  constructor(readonly place: TablePlace) {
    const { words, bytes } = place.page;
    this.#words = words;
    this.#bytes = bytes;
    this.#slotsFrom = place.offset / 4 + HEADER_WORDS;
    this.#slotCount = this.#wordAt(-HEADER_WORDS);
    this.#markMask = markMaskOf(this.#entryBytes);
    this.#entriesFrom = 4 * (this.#slotsFrom + this.#slotCount + this.tagCount);
  }

  /** The cost does not depend on the size of the repository. */
  find(reference: string): PublishedReference | undefined {
    const end = packKey(reference, asked, 0);
    if (end < 0) return undefined;
    const [slotCount, markMask] = [this.#slotCount, this.#markMask];
    const hash = hashKey(asked, 0, end);
    const mark = markOf(hash, markMask);
    for (let slot = scaleHash(hash, slotCount); ; slot = slot + 1 === slotCount ? 0 : slot + 1) {
      const word = this.#wordAt(slot);
      if (word === 0) return undefined;
      if ((word & markMask) !== mark) continue;
      const offset = this.#entriesFrom + (word & ~markMask) - 1;
      // An entry begins with its forms; the key is behind them.
      if (isSameKey(this.#bytes, offset + 1, asked, 0, end)) return this.#readEntry(offset);
    }
  }

  /** From its place on. */
  get byteLength(): number {
    return this.#entriesFrom + this.#entryBytes - this.place.offset;
  }

  get tagCount(): number {
    return this.#wordAt(1 - HEADER_WORDS);
  }

  /** Nothing is published at all. */
  get isEmpty(): boolean {
    return this.#entryBytes === 0;
  }

  /** Tags in byte order: those that sort after `after`, at most `limit`. */
  tags(after?: string, limit = Infinity): string[] {
    const tags: string[] = [];
    let position = after === undefined ? 0 : this.#firstTagAfter(after);
    for (; position < this.tagCount && tags.length < limit; position++) tags.push(this.#tagAt(position));
    return tags;
  }

  /** Every entry, in the order in which they were added; a value that comes later moves its entry to the end. */
  *entries(): Generator<{ key: string; published: PublishedReference }> {
    const end = this.#entriesFrom + this.#entryBytes;
    for (let offset = this.#entriesFrom; offset < end;) {
      const published = this.#readEntry(offset);
      if (!(published.forms & REPLACED)) yield { key: readKey(this.#bytes, offset + 1), published };
      offset = nextOffset(this.#bytes, offset + 1);
      if (published.forms & WITH_VALUE) offset = nextOffset(this.#bytes, offset + 1);
    }
  }

  /** Every entry in bytes, in the same order. The parts are views of the table. `value`: number and value, or nothing. */
  *packedEntries(): Generator<{ forms: number; key: Uint8Array; value: Uint8Array }> {
    const end = this.#entriesFrom + this.#entryBytes;
    for (let offset = this.#entriesFrom; offset < end;) {
      const forms = this.#bytes[offset] as number;
      const keyEnd = nextOffset(this.#bytes, offset + 1);
      const valueEnd = forms & WITH_VALUE ? nextOffset(this.#bytes, keyEnd + 1) : keyEnd;
      if (!(forms & REPLACED)) {
        yield { forms, key: this.#bytes.subarray(offset + 1, keyEnd), value: this.#bytes.subarray(keyEnd, valueEnd) };
      }
      offset = valueEnd;
    }
  }

  /** All entries as they are kept: two tables with the same ones list the same. A view of the table. */
  get entryBytes(): Uint8Array {
    return this.#bytes.subarray(this.#entriesFrom, this.#entriesFrom + this.#entryBytes);
  }

  get #entryBytes(): number {
    return this.#wordAt(2 - HEADER_WORDS);
  }

  /** `index`: from the first slot. */
  #wordAt(index: number): number {
    return this.#words[this.#slotsFrom + index] as number;
  }

  #tagAt(position: number): string {
    return readKey(this.#bytes, this.#entriesFrom + this.#wordAt(this.#slotCount + position) + 1);
  }

  #firstTagAfter(after: string): number {
    let [low, high] = [0, this.tagCount];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#tagAt(middle) > after) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #readEntry(offset: number): PublishedReference {
    const bytes = this.#bytes;
    const forms = bytes[offset] as number;
    if (!(forms & WITH_VALUE)) return WITHOUT_VALUE[forms] as PublishedReference;
    const valueOffset = nextOffset(bytes, offset + 1);
    return { forms, valueNumber: bytes[valueOffset] as number, value: readKey(bytes, valueOffset + 1) };
  }
}
