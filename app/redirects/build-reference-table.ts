/**
 * Builds a reference table (its layout: reference-table.ts) from what a redirect file lists, in one pass: a million
 * references are packed in the time in which their text is parsed.
 *
 * While references are added, slots hold numbers of entries, and there are at least twice as many of them as entries; the
 * table itself gets as many as it needs. Pure.
 */
import { compareTags, hashKey, isHashAt, isSameKey, isTagAt, LONGEST_KEY, nextOffset, packKey } from './packed-key';
import { markMaskOf, markOf, scaleHash } from './packed-key';
import { packQuoted } from './pack-quoted';
import type { TablePlace } from './reference-table';
import { createPage, HEADER_WORDS, REPLACED, ReferenceTable, WITH_VALUE } from './reference-table';

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
  #bytes = new Uint8Array(FIRST_ENTRIES * COMMON_ENTRY);
  #end = 0;
  /** Number of an entry → its offset, and the hash of its key. */
  #offsets = new Uint32Array(FIRST_ENTRIES);
  #hashes = new Int32Array(FIRST_ENTRIES);
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
    this.#insert(end, form, value, valueNumber);
    return isHash;
  }

  /**
   * Adds a form to the reference that stands in a JSON text from `from` to a quotation mark, and gives the offset behind
   * that; negative: it is no tag and no sha256 digest.
   */
  addQuoted(text: Uint8Array, from: number, form: number): number {
    this.#reserve();
    const keyOffset = this.#end + 1;
    const end = packQuoted(text, from, this.#bytes, keyOffset);
    if (end >= 0) this.#insert(nextOffset(this.#bytes, keyOffset), form, '', 0);
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
    words.set([slotCount, tags.length, this.#end], header);
    const slotsFrom = header + HEADER_WORDS;
    const markMask = markMaskOf(this.#end);
    for (let number = 0; number < this.#count; number++) {
      const hash = this.#hashes[number] as number;
      let slot = scaleHash(hash, slotCount);
      while (words[slotsFrom + slot] !== 0) slot = slot + 1 === slotCount ? 0 : slot + 1;
      words[slotsFrom + slot] = markOf(hash, markMask) | ((this.#offsets[number] as number) + 1);
    }
    words.set(tags, slotsFrom + slotCount);
    bytes.set(this.#bytes.subarray(0, this.#end), place.offset + wordCount * 4);
    this.clear();
    return new ReferenceTable(place);
  }

  /** Forgets what was added. */
  clear(): void {
    [this.#end, this.#count] = [0, 0];
    if (this.#bytes.length > FIRST_ENTRIES * COMMON_ENTRY) this.#bytes = new Uint8Array(FIRST_ENTRIES * COMMON_ENTRY);
    if (this.#offsets.length > FIRST_ENTRIES) this.#resize(FIRST_ENTRIES);
    else this.#slots.fill(0);
  }

  /** The entry at the end has its key, up to `end`; it is completed, or what it says is added to the one with that key. */
  #insert(end: number, form: number, value: string, valueNumber: number): void {
    const [bytes, offset] = [this.#bytes, this.#end];
    const hash = hashKey(bytes, offset + 1, end);
    const slot = this.#findSlot(hash, offset + 1, end);
    const known = (this.#slots[slot] as number) - 1;
    let forms = form;
    if (known < 0) {
      this.#offsets[this.#count] = offset;
      this.#hashes[this.#count] = hash;
      this.#slots[slot] = ++this.#count;
    } else {
      const knownOffset = this.#offsets[known] as number;
      forms |= bytes[knownOffset] as number;
      if (value === '') {
        bytes[knownOffset] = forms;
        return;
      }
      // The value has no room behind the entry that is there.
      bytes[knownOffset] = (bytes[knownOffset] as number) & WITH_VALUE ? REPLACED | WITH_VALUE : REPLACED;
      this.#offsets[known] = offset;
    }
    bytes[offset] = forms;
    this.#end = value === '' ? end : this.#addValue(end, value, valueNumber);
  }

  #addValue(offset: number, value: string, valueNumber: number): number {
    this.#bytes[offset] = valueNumber;
    return packKey(value, this.#bytes, offset + 1);
  }

  /** The slot of the key that stands from `offset` to `end`, or the free one that it may take. */
  #findSlot(hash: number, offset: number, end: number): number {
    const [bytes, slots, mask] = [this.#bytes, this.#slots, this.#slots.length - 1];
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const number = slots[slot] as number;
      if (number === 0) return slot;
      // An entry begins with its forms; the key is behind them.
      if (
        this.#hashes[number - 1] === hash &&
        isSameKey(bytes, (this.#offsets[number - 1] as number) + 1, bytes, offset, end)
      ) {
        return slot;
      }
    }
  }

  /** Offsets of the entries of tags, in byte order of the tags. */
  #findTags(listedForms: number): number[] {
    const bytes = this.#bytes;
    const tags: number[] = [];
    for (let number = 0; number < this.#count; number++) {
      const offset = this.#offsets[number] as number;
      if ((bytes[offset] as number) & listedForms && isTagAt(bytes, offset + 1)) tags.push(offset);
    }
    return tags.sort((a, b) => compareTags(bytes, a + 1, b + 1));
  }

  /** Makes room for one more entry. */
  #reserve(): void {
    if (this.#end + LONGEST_ENTRY > this.#bytes.length) {
      const larger = new Uint8Array(2 * this.#bytes.length);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    if (this.#count === this.#offsets.length) this.#resize(2 * this.#count);
  }

  #resize(entries: number): void {
    const [offsets, hashes] = [this.#offsets, this.#hashes];
    this.#offsets = new Uint32Array(entries);
    this.#hashes = new Int32Array(entries);
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
