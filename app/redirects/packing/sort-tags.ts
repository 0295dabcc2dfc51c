/** Sorts the entries of tags by the bytes of their tags: a merge sort. Tags that are in order already, or in runs, take little. */
import { compareTags } from './keys';
import { entries, half, tags } from './room';

const WORD: usize = 4;
/** So many are sorted by insertion first. */
const RUN: i32 = 8;

/** Offsets of so many entries are at `tags`. */
export function sortTags(count: i32): void {
  for (let from: i32 = 0; from < count; from += RUN) insertOneByOne(from, min(from + RUN, count));
  for (let size = RUN; size < count; size *= 2) {
    for (let from: i32 = 0; from + size < count; from += 2 * size) {
      merge(from, from + size, min(from + 2 * size, count));
    }
  }
}

function insertOneByOne(from: i32, to: i32): void {
  for (let next = from + 1; next < to; next++) {
    const offset = tagAt(next);
    let at = next;
    for (; at > from && !isInOrder(tagAt(at - 1), offset); at--) store<i32>(tags + WORD * at, tagAt(at - 1));
    store<i32>(tags + WORD * at, offset);
  }
}

function merge(from: i32, middle: i32, to: i32): void {
  if (isInOrder(tagAt(middle - 1), tagAt(middle))) return;
  const leftCount = middle - from;
  memory.copy(half, tags + WORD * from, WORD * leftCount);
  let leftAt: i32 = 0;
  let rightAt = middle;
  for (let at = from; leftAt < leftCount; at++) {
    const left = load<i32>(half + WORD * leftAt);
    const isLeft = rightAt === to || isInOrder(left, tagAt(rightAt));
    store<i32>(tags + WORD * at, isLeft ? left : tagAt(rightAt));
    if (isLeft) leftAt++;
    else rightAt++;
  }
}

function tagAt(position: i32): i32 {
  return load<i32>(tags + WORD * position);
}

/** An entry begins with its forms; the key is behind them. */
function isInOrder(offset: i32, other: i32): bool {
  return compareTags(entries + offset + 1, entries + other + 1) <= 0;
}
