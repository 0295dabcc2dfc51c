/**
 * Builds a reference table (its layout: reference-table.ts) from what a redirect file lists, in one pass: a million
 * references are packed in the time in which their text is parsed.
 *
 * While references are added, slots hold numbers of entries, and there are at least twice as many of them as entries; the
 * table itself gets as many as it needs. Pure.
 */
import { hashKey, isHashAt, isSameKey, isTagAt, LONGEST_KEY, nextOffset, packKey } from './packed-key';
import { markMaskOf, markOf, scaleHash } from './packed-key';
import type { ByteWords } from './pack-quoted';
import { createByteWords, packQuoted } from './pack-quoted';
import type { TablePlace } from './reference-table';
import { createPage, HEADER_WORDS, REPLACED, ReferenceTable, WITH_VALUE } from './reference-table';
import { sortTags } from './sort-tags';

/** Free slots that linear probing needs to stay short. */
const SLOTS_PER_ENTRY = 1.8;
/** Forms, number, key and value. */
const LONGEST_ENTRY = 2 + 2 * LONGEST_KEY;
/** Room for this many entries is kept for the next table, and a power of two. */
const FIRST_ENTRIES = 1024;
const COMMON_ENTRY = 36;

/** Gives a place of that many bytes, all of them 0. */
export type Allocate = (byteLength: number) => TablePlace;

/** A page for each table. */
export const allocateAlone: Allocate = (byteLength) => ({
  page: createPage(new ArrayBuffer(4 * Math.ceil(byteLength / 4))),
  offset: 0,
});

export class ReferenceTableBuilder {
  /** Entries, as in the table. */
  #entries = createByteWords(new Uint8Array(FIRST_ENTRIES * COMMON_ENTRY));
  #end = 0;
  /** Number of an entry → its offset, and the hash of its key. */
  #offsets = new Uint32Array(FIRST_ENTRIES);
  #hashes = new Int32Array(FIRST_ENTRIES);
  /** Room for the offsets of tags. */
  #tags = new Uint32Array(FIRST_ENTRIES);
  #count = 0;
  /** Number of an entry + 1, 0 = free. */
  #slots = new Uint32Array(2 * FIRST_ENTRIES);

  /**
   * Adds a form to a reference; forms add up, the last value counts. True: the reference is a digest or an image id, and
   * well-formed as such. Otherwise the caller knows whether it is; what is not ASCII of 1 to 253 characters is left out.
   */
  add(reference: string, form: number, value = '', valueNumber = 0): boolean {
    this.#reserve();
    const keyOffset = this.#end + 1;
    const end = packKey(reference, this.#bytes, keyOffset);
    if (end < 0) return false;
    const isHash = isHashAt(this.#bytes, keyOffset);
    if (value === '') this.#insert(end, form);
    else this.#insertWithValue(end, form, value, valueNumber);
    return isHash;
  }

  /**
   * Adds a form to the reference that stands in a JSON text from `from` to a quotation mark, and gives the offset behind
   * that; negative: it is no tag and no sha256 digest.
   */
  addQuoted(text: ByteWords, from: number, form: number): number {
    this.#reserve();
    const keyOffset = this.#end + 1;
    const end = packQuoted(text, from, this.#entries, keyOffset);
    if (end >= 0) this.#insert(nextOffset(this.#bytes, keyOffset), form);
    return end;
  }

  /** `listedForms`: a tag that has one of them is listed by `tags()`. The builder is empty again. */
  build(listedForms: number, allocate: Allocate = allocateAlone): ReferenceTable {
    const tags = this.#findTags(listedForms);
    const slotCount = Math.ceil(this.#count * SLOTS_PER_ENTRY) + 1;
    const wordCount = HEADER_WORDS + slotCount + tags.length;
    const place = allocate(wordCount * 4 + this.#end);
    const { words, bytes } = place.page;
    const header = place.offset / 4;
    words[header] = slotCount;
    words[header + 1] = tags.length;
    words[header + 2] = this.#end;
    const slotsFrom = header + HEADER_WORDS;
    const markMask = markMaskOf(this.#end);
    const hashes = this.#hashes;
    const offsets = this.#offsets;
    for (let number = 0; number < this.#count; number++) {
      const hash = hashes[number] as number;
      let slot = scaleHash(hash, slotCount);
      while (words[slotsFrom + slot] !== 0) slot = slot + 1 === slotCount ? 0 : slot + 1;
      words[slotsFrom + slot] = markOf(hash, markMask) | ((offsets[number] as number) + 1);
    }
    words.set(tags, slotsFrom + slotCount);
    bytes.set(this.#bytes.subarray(0, this.#end), place.offset + wordCount * 4);
    this.clear();
    return new ReferenceTable(place);
  }

  /** Forgets what was added. */
  clear(): void {
    this.#end = 0;
    this.#count = 0;
    const firstBytes = FIRST_ENTRIES * COMMON_ENTRY;
    if (this.#bytes.length > firstBytes) this.#entries = createByteWords(new Uint8Array(firstBytes));
    if (this.#offsets.length > FIRST_ENTRIES) this.#resize(FIRST_ENTRIES);
    else this.#slots.fill(0);
  }

  /** The entry at the end has its key, up to `end`: it gets its form, or an earlier one with that key does. */
  #insert(end: number, form: number): void {
    const bytes = this.#bytes;
    const entry = this.#offsets[this.#claim(end)] as number;
    if (entry === this.#end) {
      bytes[entry] = form;
      this.#end = end;
    } else {
      bytes[entry] = (bytes[entry] as number) | form;
    }
  }

  /** The same with a value. There is no room for it behind an earlier entry: this one takes its place. */
  #insertWithValue(end: number, form: number, value: string, valueNumber: number): void {
    const bytes = this.#bytes;
    const offset = this.#end;
    const number = this.#claim(end);
    const earlier = this.#offsets[number] as number;
    let forms = form;
    if (earlier !== offset) {
      forms |= bytes[earlier] as number;
      bytes[earlier] = (bytes[earlier] as number) & WITH_VALUE ? REPLACED | WITH_VALUE : REPLACED;
      this.#offsets[number] = offset;
    }
    bytes[offset] = forms;
    bytes[end] = valueNumber;
    this.#end = packKey(value, bytes, end + 1);
  }

  /** The number of the entry at the end, whose key ends at `end`, or of an earlier one with the same key. */
  #claim(end: number): number {
    const bytes = this.#bytes;
    const offset = this.#end;
    const slots = this.#slots;
    const mask = slots.length - 1;
    // An entry begins with its forms; the key is behind them.
    const hash = hashKey(bytes, offset + 1, end);
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const number = (slots[slot] as number) - 1;
      if (number < 0) {
        const fresh = this.#count++;
        this.#offsets[fresh] = offset;
        this.#hashes[fresh] = hash;
        slots[slot] = fresh + 1;
        return fresh;
      }
      if (this.#hashes[number] !== hash) continue;
      if (isSameKey(bytes, (this.#offsets[number] as number) + 1, bytes, offset + 1, end)) return number;
    }
  }

  /** Offsets of the entries of tags, in byte order of the tags. Good until the next table. */
  #findTags(listedForms: number): Uint32Array {
    const bytes = this.#bytes;
    const offsets = this.#offsets;
    const tags = this.#tags;
    let tagCount = 0;
    for (let number = 0; number < this.#count; number++) {
      const offset = offsets[number] as number;
      if ((bytes[offset] as number) & listedForms && isTagAt(bytes, offset + 1)) tags[tagCount++] = offset;
    }
    const found = tags.subarray(0, tagCount);
    sortTags(bytes, found);
    return found;
  }

  get #bytes(): Uint8Array {
    return this.#entries.bytes;
  }

  /** Makes room for one more entry. */
  #reserve(): void {
    if (this.#end + LONGEST_ENTRY > this.#bytes.length) {
      const larger = new Uint8Array(2 * this.#bytes.length);
      larger.set(this.#bytes);
      this.#entries = createByteWords(larger);
    }
    if (this.#count === this.#offsets.length) this.#resize(2 * this.#count);
  }

  #resize(entries: number): void {
    const [offsets, hashes] = [this.#offsets, this.#hashes];
    this.#offsets = new Uint32Array(entries);
    this.#hashes = new Int32Array(entries);
    this.#tags = new Uint32Array(entries);
    this.#slots = new Uint32Array(2 * entries);
    const mask = this.#slots.length - 1;
    for (let number = 0; number < this.#count; number++) {
      this.#offsets[number] = offsets[number] as number;
      this.#hashes[number] = hashes[number] as number;
      let slot = (hashes[number] as number) & mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
      this.#slots[slot] = number + 1;
    }
  }
}
