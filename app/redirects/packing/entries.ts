/**
 * Entries of a table that is being built. A reference that is there already gets one form more; slots, found by the hash of the key,
 * tell which entry that is.
 */
import { LONGEST_RUN, REPLACED, WITH_VALUE } from '../table-layout';
import { tooCrowded } from './failures';
import { hashKey } from './keys';
import { entries, hashes, makeRoomForEntry, offsets, slotMask, slots } from './room';

const WORD: usize = 4;

/** Bytes of all entries. */
export let end: i32 = 0;
export let count: i32 = 0;

/** Forgets what was added. */
export function clear(): void {
  if (count > 0) memory.fill(slots, 0, WORD * (slotMask + 1));
  end = 0;
  count = 0;
}

/** Makes room for an entry, and gives the address where its key goes. */
export function keyAddress(): usize {
  if (makeRoomForEntry(end, count)) fillSlots();
  return entries + end + 1;
}

/** Adds a form to the reference whose key is at `keyAddress()`. */
export function add(form: i32, keyBytes: i32): void {
  const offset = load<i32>(offsets + WORD * claim(keyBytes));
  if (offset === end) {
    store<u8>(entries + offset, form);
    end += 1 + keyBytes;
  } else {
    store<u8>(entries + offset, load<u8>(entries + offset) | form);
  }
}

/** The same with a value of so many bytes behind the key. There is no room for it behind an earlier entry: this one takes its place. */
export function addWithValue(form: i32, keyBytes: i32, valueBytes: i32): void {
  const number = claim(keyBytes);
  const earlier = load<i32>(offsets + WORD * number);
  let forms = form;
  if (earlier !== end) {
    const formsBefore = <i32>load<u8>(entries + earlier);
    forms |= formsBefore;
    store<u8>(entries + earlier, formsBefore & WITH_VALUE ? REPLACED | WITH_VALUE : REPLACED);
    store<u32>(offsets + WORD * number, end);
  }
  store<u8>(entries + end, forms);
  end += 1 + keyBytes + valueBytes;
}

/** The number of the entry at the end, or of an earlier one with the same key. */
function claim(keyBytes: i32): i32 {
  const key = entries + end + 1;
  const hash = hashKey(key, key + keyBytes);
  let slot = hash & slotMask;
  let passed = 0;
  for (let number = load<i32>(slots + WORD * slot); number !== 0; number = load<i32>(slots + WORD * slot)) {
    if (load<u32>(hashes + WORD * (number - 1)) === hash) {
      const other = entries + load<i32>(offsets + WORD * (number - 1)) + 1;
      // The first byte holds the length, so no key is the beginning of another one.
      if (memory.compare(key, other, keyBytes) === 0) return number - 1;
    }
    if (++passed === LONGEST_RUN) tooCrowded();
    slot = (slot + 1) & slotMask;
  }
  store<u32>(offsets + WORD * count, end);
  store<u32>(hashes + WORD * count, hash);
  store<u32>(slots + WORD * slot, count + 1);
  return count++;
}

/** Needs no limit: among more slots, all of them together pass no more than when they were added. */
function fillSlots(): void {
  for (let number = 0; number < count; number++) {
    let slot = load<u32>(hashes + WORD * number) & slotMask;
    while (load<i32>(slots + WORD * slot) !== 0) slot = (slot + 1) & slotMask;
    store<u32>(slots + WORD * slot, number + 1);
  }
}
