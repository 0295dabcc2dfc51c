/**
 * Builds a reference table (its layout: reference-table.ts) from what a redirect file lists. Pure.
 */
import { packKey } from './packed-key';
import type { PublishedReference } from './reference-table';
import { firstSlot } from './reference-table';

/** Free slots that linear probing needs to stay short. */
const SLOTS_PER_ENTRY = 1.4;

export class ReferenceTableBuilder {
  readonly #published = new Map<string, PublishedReference>();

  /** Adds a form to a reference; forms add up, the last value counts. Keys are ASCII of 1 to 253 characters. */
  add(reference: string, form: number, value = '', valueNumber = 0): void {
    const known = this.#published.get(reference);
    if (!known) {
      this.#published.set(reference, { forms: form, valueNumber, value });
      return;
    }
    known.forms |= form;
    if (value !== '') Object.assign(known, { value, valueNumber });
  }

  /** `isTag` says which keys are listed by `tags()`. */
  build(isTag: (reference: string) => boolean): ArrayBuffer {
    const packed: Uint8Array[] = [];
    const offsets = new Map<string, number>();
    let size = 0;
    const append = (bytes: Uint8Array): void => {
      packed.push(bytes);
      size += bytes.length;
    };
    for (const [reference, { forms, valueNumber, value }] of this.#published) {
      offsets.set(reference, size);
      append(Uint8Array.of(forms));
      append(packKey(reference));
      if (value === '') continue;
      append(Uint8Array.of(valueNumber));
      append(packKey(value));
    }
    const tags = [...offsets.keys()].filter(isTag).sort();
    const slots = buildSlots(offsets);
    const words = Uint32Array.of(slots.length, tags.length);
    const buffer = new ArrayBuffer((words.length + slots.length + tags.length) * 4 + size);
    const all = new Uint32Array(buffer, 0, words.length + slots.length + tags.length);
    all.set(words);
    all.set(slots, words.length);
    all.set(
      tags.map((tag) => offsets.get(tag) as number),
      words.length + slots.length,
    );
    const entries = new Uint8Array(buffer, all.byteLength);
    let at = 0;
    for (const bytes of packed) {
      entries.set(bytes, at);
      at += bytes.length;
    }
    return buffer;
  }
}

function buildSlots(offsets: Map<string, number>): Uint32Array {
  const slots = new Uint32Array(Math.ceil(offsets.size * SLOTS_PER_ENTRY) + 1);
  for (const [reference, offset] of offsets) {
    let slot = firstSlot(reference, slots.length);
    while (slots[slot] !== 0) slot = (slot + 1) % slots.length;
    slots[slot] = offset + 1;
  }
  return slots;
}
