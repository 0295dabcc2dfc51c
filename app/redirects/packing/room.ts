/**
 * Where everything is in the memory of the module: the text of a file, and what becomes of it. Grows with the largest file; who has
 * had a large one lets go of the whole module.
 *
 *     text       the file, with room behind it for reading in words
 *     rest       the text without its lists
 *     entries    as in the table
 *     offsets    number of an entry → its offset
 *     hashes     number of an entry → the hash of its key
 *     slots      numbers of entries + 1, 0 = free; twice as many as there can be entries, a power of two
 *     tags       offsets of the entries of tags
 *     half       room for half of those, while they are sorted
 *     table      what comes of it
 */
import { outOfMemory } from './failures';

const PAGE_BYTES: usize = 0x1_0000;
const WORD: usize = 4;

const FIRST_TEXT_BYTES: i32 = 0x1_0000;
const FIRST_ENTRIES: i32 = 1024;
const COMMON_ENTRY: i32 = 36;

/** Nothing that is read or written in one go is longer. */
const SPARE_BYTES: i32 = 1024;

let textBytes: i32 = 0;
let entryBytes: i32 = 0;
let entryCount: i32 = 0;

export let text: usize = 0;
export let rest: usize = 0;
export let entries: usize = 0;
export let offsets: usize = 0;
export let hashes: usize = 0;
export let slots: usize = 0;
export let slotMask: i32 = 0;
export let tags: usize = 0;
export let half: usize = 0;
export let table: usize = 0;

/** Room for a text, when nothing has been added yet. */
export function makeRoomForText(bytes: i32): void {
  if (bytes <= textBytes) return;
  textBytes = max(bytes, FIRST_TEXT_BYTES);
  layOut();
}

/** Room for one more entry behind so many bytes of so many. Addresses may be other ones then, and slots have to be filled anew. */
export function makeRoomForEntry(bytes: i32, count: i32): bool {
  if (bytes + SPARE_BYTES <= entryBytes && count < entryCount) return false;
  const entriesBefore = entries;
  const offsetsBefore = offsets;
  const hashesBefore = hashes;
  // Each by itself: many short ones need no more bytes, and a few long ones no more numbers.
  if (count >= entryCount) entryCount = max(2 * entryCount, FIRST_ENTRIES);
  if (bytes + SPARE_BYTES > entryBytes) entryBytes = max(2 * entryBytes, FIRST_ENTRIES * COMMON_ENTRY);
  layOut();
  // All move up: the last one first.
  memory.copy(hashes, hashesBefore, WORD * count);
  memory.copy(offsets, offsetsBefore, WORD * count);
  memory.copy(entries, entriesBefore, bytes);
  return true;
}

/** Room for a table. */
export function makeRoomForTable(bytes: i32): void {
  reach(table + bytes);
}

function layOut(): void {
  text = align(__heap_base);
  rest = align(text + textBytes + SPARE_BYTES);
  entries = align(rest + textBytes);
  offsets = align(entries + entryBytes);
  hashes = offsets + WORD * entryCount;
  slots = hashes + WORD * entryCount;
  slotMask = entryCount === 0 ? 0 : 2 * entryCount - 1;
  tags = slots + 2 * WORD * entryCount;
  half = tags + WORD * entryCount;
  table = half + WORD * entryCount;
  reach(table);
  // Where they are now, something else was before. What is yet to be copied lies in front of them.
  if (entryCount > 0) memory.fill(slots, 0, WORD * (slotMask + 1));
}

function align(address: usize): usize {
  return (address + 15) & ~15;
}

function reach(end: usize): void {
  const pages = <i32>((end + PAGE_BYTES - 1) / PAGE_BYTES) - memory.size();
  if (pages > 0 && memory.grow(pages) < 0) outOfMemory();
}
