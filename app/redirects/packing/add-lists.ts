/** Adds what stands in the lists that were cut out of a text, and finds out whether they are such lists at all. */
import { HAS_AMD64, IN_LISTS, IN_SCHEMA1, IN_SCHEMA2 } from '../table-layout';
import { AMD64_IMAGES, endOf, LISTS, startOf } from './cut-lists';
import { add, addWithValue, count, keyAddress } from './entries';
import { isTag, packQuoted, sizeOf } from './keys';
import { CLOSE_LIST, COLON, COMMA, OPEN_LIST, QUOTE, skipSpace } from './tokens';

/** By list: what being listed there means. */
const FORMS = memory.data<u32>([HAS_AMD64, IN_LISTS, IN_SCHEMA2, IN_SCHEMA1]);
const WORD: usize = 4;

/** Of manifest lists: images for linux/amd64, before all other lists. False: something else than tags and images is there. */
export function addImages(): bool {
  return addItems(AMD64_IMAGES);
}

/** False: something else than tags and sha256 digests, with commas between them, is in one. */
export function addLists(): bool {
  for (let list = AMD64_IMAGES + 1; list < LISTS; list++) if (!addItems(list)) return false;
  return true;
}

function addItems(list: u32): bool {
  const start = startOf(list);
  const end = endOf(list);
  if (start === 0) return true;
  let at = skipSpace(start);
  if (at === end) return true;
  while (load<u8>(at) === QUOTE) {
    at = list === AMD64_IMAGES ? addImage(at) : addReference(at, load<u32>(FORMS + WORD * list));
    if (at === 0) return false;
    at = skipSpace(at);
    if (at === end) return true;
    if (load<u8>(at) !== COMMA) return false;
    at = skipSpace(at + 1);
  }
  return false;
}

/** Gives the address behind the reference whose quotation mark is at `from`; 0: it is none. */
function addReference(from: usize, form: i32): usize {
  const key = keyAddress();
  const behind = packQuoted(from, key);
  if (behind !== 0) add(form, sizeOf(key));
  return behind;
}

/**
 *     "latest": ["sha256:…", 2]
 *
 * Gives the address behind it; 0: it is something else, or the tag has an image already.
 */
function addImage(from: usize): usize {
  const key = keyAddress();
  let at = packQuoted(from, key);
  if (at === 0 || !isTag(key)) return 0;
  const keyBytes = sizeOf(key);
  at = skipTo(COLON, at);
  if (at !== 0) at = skipTo(OPEN_LIST, at + 1);
  if (at !== 0) at = skipTo(QUOTE, at + 1);
  const value = key + keyBytes;
  if (at !== 0) at = packQuoted(at, value + 1);
  if (at !== 0) at = skipTo(COMMA, at);
  if (at === 0) return 0;
  at = skipSpace(at + 1);
  const schemaVersion = <i32>load<u8>(at) - 0x30;
  if (schemaVersion !== 1 && schemaVersion !== 2) return 0;
  store<u8>(value, schemaVersion);
  const countBefore = count;
  addWithValue(HAS_AMD64, keyBytes, 1 + sizeOf(value + 1));
  at = skipTo(CLOSE_LIST, at + 1);
  return at === 0 || count === countBefore ? 0 : at + 1;
}

/** Address of that character, if there is only space before it; 0: there is something else. */
function skipTo(code: i32, from: usize): usize {
  const at = skipSpace(from);
  return load<u8>(at) === code ? at : 0;
}
