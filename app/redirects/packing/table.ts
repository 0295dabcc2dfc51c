/** The table of all entries that were added; its layout: ../reference-table. */
import { HEADER_WORDS, LONGEST_RUN, MARK_MASK, SLOTS_PER_ENTRY, UNMARKED_BYTES } from '../table-layout';
import { count, end } from './entries';
import { tooCrowded } from './failures';
import { isTag } from './keys';
import { entries, hashes, makeRoomForTable, offsets, table, tags } from './room';
import { sortTags } from './sort-tags';

const WORD: usize = 4;
const TWO_TO_32: f64 = 0x1_0000_0000;

/** `listedForms`: a tag that has one of them is listed. Gives the bytes of the table, which is at `tableAddress()`. */
export function build(listedForms: i32): i32 {
  const tagCount = findTags(listedForms);
  const slotCount = <i32>Math.ceil(<f64>count * SLOTS_PER_ENTRY) + 1;
  const size = <i32>WORD * (HEADER_WORDS + slotCount + tagCount) + end;
  makeRoomForTable(size);
  store<u32>(table, slotCount);
  store<u32>(table, tagCount, WORD);
  store<u32>(table, end, 2 * WORD);
  const slots = table + WORD * HEADER_WORDS;
  fillSlots(slots, slotCount);
  if (count > LONGEST_RUN) checkRuns(slots, slotCount);
  memory.copy(slots + WORD * slotCount, tags, WORD * tagCount);
  memory.copy(slots + WORD * (slotCount + tagCount), entries, end);
  return size;
}

export function tableAddress(): usize {
  return table;
}

function findTags(listedForms: i32): i32 {
  let tagCount = 0;
  for (let number = 0; number < count; number++) {
    const offset = load<i32>(offsets + WORD * number);
    if (!(load<u8>(entries + offset) & listedForms) || !isTag(entries + offset + 1)) continue;
    store<u32>(tags + WORD * tagCount, offset);
    tagCount++;
  }
  sortTags(tagCount);
  return tagCount;
}

function fillSlots(slots: usize, slotCount: i32): void {
  const markMask: u32 = end < UNMARKED_BYTES ? <u32>MARK_MASK : 0;
  memory.fill(slots, 0, WORD * slotCount);
  for (let number = 0; number < count; number++) {
    const hash = load<u32>(hashes + WORD * number);
    // As scaleHash of ../packed-key, to the last bit.
    let slot = <i32>((<f64>hash / TWO_TO_32) * <f64>slotCount);
    for (let passed = 0; load<u32>(slots + WORD * slot) !== 0; slot = slot + 1 === slotCount ? 0 : slot + 1) {
      if (++passed === LONGEST_RUN) tooCrowded();
    }
    const mark = (hash << 24) & markMask;
    store<u32>(slots + WORD * slot, mark | (load<u32>(offsets + WORD * number) + 1));
  }
}

/** A run may be long although each entry is where its search begins. What is not there is searched for through all of it. */
function checkRuns(slots: usize, slotCount: i32): void {
  let run = 0;
  // The last run may go on at the first slot.
  for (let position = 0; position < slotCount + LONGEST_RUN; position++) {
    const slot = position < slotCount ? position : position - slotCount;
    run = load<u32>(slots + WORD * slot) === 0 ? 0 : run + 1;
    if (run > LONGEST_RUN) tooCrowded();
  }
}
