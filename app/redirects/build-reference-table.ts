/**
 * Builds a reference table (its layout: reference-table.ts) from what a redirect file lists, in one pass: a million
 * references are packed in the time in which their text is parsed. Pure.
 */
import { isDigestAt, isHashAt, isSameKey, LONGEST_KEY, nextOffset, packKey, slotOf } from './packed-key';
import { HEADER_WORDS, REPLACED, WITH_VALUE } from './reference-table';

/** Free slots that linear probing needs to stay short. */
const SLOTS_PER_ENTRY = 1.4;
/** A table with more than this is made smaller at the end. */
const MOST_SLOTS_PER_ENTRY = 1.6;
/** Forms, number, key and value. */
const LONGEST_ENTRY = 2 + 2 * LONGEST_KEY;
const COMMON_ENTRY = 36;

export class ReferenceTableBuilder {
  /** Entries, as in the table. */
  #bytes: Uint8Array;
  #end = 0;
  #slots: Uint32Array;
  #count = 0;
  /** Keys that are no digests → offset of the entry: what may be tags. */
  readonly #offsetByText = new Map<string, number>();

  /** `expected`: about how many references will be added. */
  constructor(expected = 16) {
    this.#bytes = new Uint8Array(expected * COMMON_ENTRY + LONGEST_ENTRY);
    this.#slots = new Uint32Array(slotsFor(expected));
  }

  /**
   * Adds a form to a reference; forms add up, the last value counts. True: the reference is a digest or an image id, and
   * well-formed as such. Otherwise the caller knows whether it is; what is not ASCII of 1 to 253 characters is left out.
   */
  add(reference: string, form: number, value = '', valueNumber = 0): boolean {
    this.#reserve();
    const [bytes, offset] = [this.#bytes, this.#end];
    const end = packKey(reference, bytes, offset + 1);
    if (end < 0) return false;
    const slot = findSlot(this.#slots, bytes, offset + 1, end);
    const position = this.#slots[slot] as number;
    const isHash = isHashAt(bytes, offset + 1);
    if (position !== 0) {
      const known = position - 1;
      const forms = (bytes[known] as number) | form;
      if (value === '') {
        bytes[known] = forms;
        return isHash;
      }
      // The value has no room behind the entry that is there.
      bytes[known] = (bytes[known] as number) & WITH_VALUE ? REPLACED | WITH_VALUE : REPLACED;
      bytes[offset] = forms;
    } else {
      bytes[offset] = form;
      this.#count++;
    }
    this.#slots[slot] = offset + 1;
    this.#end = value === '' ? end : this.#addValue(end, value, valueNumber);
    if (!isDigestAt(bytes, offset + 1)) this.#offsetByText.set(reference, offset);
    return isHash;
  }

  /** `isTag` says which of the keys are listed by `tags()`. */
  build(isTag: (reference: string) => boolean): ArrayBuffer {
    const tags = [...this.#offsetByText].filter(([reference]) => isTag(reference));
    tags.sort(([a], [b]) => (a < b ? -1 : 1));
    if (this.#slots.length > slotsFor(this.#count) * (MOST_SLOTS_PER_ENTRY / SLOTS_PER_ENTRY)) {
      this.#resize(slotsFor(this.#count));
    }
    const wordCount = HEADER_WORDS + this.#slots.length + tags.length;
    const buffer = new ArrayBuffer(wordCount * 4 + this.#end);
    const words = new Uint32Array(buffer, 0, wordCount);
    words[0] = this.#slots.length;
    words[1] = tags.length;
    words.set(this.#slots, HEADER_WORDS);
    tags.forEach(([, offset], index) => (words[HEADER_WORDS + this.#slots.length + index] = offset));
    new Uint8Array(buffer, wordCount * 4).set(this.#bytes.subarray(0, this.#end));
    return buffer;
  }

  #addValue(offset: number, value: string, valueNumber: number): number {
    this.#bytes[offset] = valueNumber;
    return packKey(value, this.#bytes, offset + 1);
  }

  /** Makes room for one more entry. */
  #reserve(): void {
    if (this.#end + LONGEST_ENTRY > this.#bytes.length) {
      const larger = new Uint8Array(2 * this.#bytes.length + LONGEST_ENTRY);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    if (slotsFor(this.#count + 1) > this.#slots.length) this.#resize(2 * slotsFor(this.#count + 1));
  }

  #resize(slotCount: number): void {
    const slots = new Uint32Array(slotCount);
    for (const position of this.#slots) {
      if (position === 0) continue;
      slots[findSlot(slots, this.#bytes, position, nextOffset(this.#bytes, position))] = position;
    }
    this.#slots = slots;
  }
}

const slotsFor = (count: number): number => Math.ceil(count * SLOTS_PER_ENTRY) + 1;

/** The slot of the key that stands from `offset` to `end`, or the free one that it may take. */
function findSlot(slots: Uint32Array, bytes: Uint8Array, offset: number, end: number): number {
  let slot = slotOf(bytes, offset, end, slots.length);
  for (;;) {
    const position = slots[slot] as number;
    // An entry begins with its forms; the key is behind them.
    if (position === 0 || isSameKey(bytes, position, bytes, offset, end)) return slot;
    slot = slot + 1 === slots.length ? 0 : slot + 1;
  }
}
