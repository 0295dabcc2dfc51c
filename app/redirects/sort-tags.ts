/**
 * Sorts the entries of tags by the bytes of their tags: a merge sort, because Array.sort calls a function for each comparison, which
 * takes twice as long as all else. Tags that are in order already, or in runs, take little. Pure, but for the array that it sorts.
 */
import { compareTags } from './packed-key';

/** So many are sorted by insertion first. */
const RUN = 8;

/** An entry begins with its forms; the key is behind them. */
const KEY = 1;

/** `offsets`: of entries in `bytes`. */
export function sortTags(bytes: Uint8Array, offsets: Uint32Array): void {
  const { length } = offsets;
  for (let from = 0; from < length; from += RUN) insertOneByOne(bytes, offsets, from, Math.min(from + RUN, length));
  if (length <= RUN) return;
  const left = new Uint32Array(length);
  for (let size = RUN; size < length; size *= 2) {
    for (let from = 0; from + size < length; from += 2 * size) {
      merge(bytes, offsets, from, from + size, Math.min(from + 2 * size, length), left);
    }
  }
}

function insertOneByOne(bytes: Uint8Array, offsets: Uint32Array, from: number, to: number): void {
  for (let next = from + 1; next < to; next++) {
    const offset = offsets[next] as number;
    let at = next;
    for (; at > from && compareTags(bytes, (offsets[at - 1] as number) + KEY, offset + KEY) > 0; at--) {
      offsets[at] = offsets[at - 1] as number;
    }
    offsets[at] = offset;
  }
}

/** `left`: room for the first of the two runs. */
function merge(
  bytes: Uint8Array,
  offsets: Uint32Array,
  from: number,
  middle: number,
  to: number,
  left: Uint32Array,
): void {
  const isInOrder = (a: number, b: number): boolean => compareTags(bytes, a + KEY, b + KEY) <= 0;
  if (isInOrder(offsets[middle - 1] as number, offsets[middle] as number)) return;
  const leftCount = middle - from;
  for (let at = 0; at < leftCount; at++) left[at] = offsets[from + at] as number;
  let [leftAt, rightAt] = [0, middle];
  for (let at = from; leftAt < leftCount; at++) {
    const isLeft = rightAt === to || isInOrder(left[leftAt] as number, offsets[rightAt] as number);
    offsets[at] = (isLeft ? left[leftAt++] : offsets[rightAt++]) as number;
  }
}
