/**
 * Cuts the long lists out of the text of a redirect file, so that they are packed from their bytes:
 *
 *     {"version": 5, "schema2_data": ["latest", …], "manifest_list_amd64_tags": {"latest": ["sha256:…", 2], …}}
 *  →  {"version": 5, "schema2_data": [], "manifest_list_amd64_tags": {}}   and where in the bytes the rest of them stands
 *
 * Only what is beyond doubt is cut. Where a list ends is a guess, the next closing bracket, which is right if nothing but
 * tags and digests is in it: ./add-lists finds out. What is left is JSON if, and only if, the whole is.
 */
import { clear } from './entries';
import { makeRoomForText, rest, text } from './room';
import {
  CLOSE_LIST,
  CLOSE_OBJECT,
  COLON,
  COMMA,
  findByte,
  isString,
  OPEN_LIST,
  OPEN_OBJECT,
  QUOTE,
  skipSpace,
  skipString,
  skipValue,
} from './tokens';

/** In the order in which they are added. */
const NAMES: StaticArray<string> = ['manifest_list_amd64_tags', 'manifest_list_data', 'schema2_data', 'schema1_data'];
export const AMD64_IMAGES: u32 = 0;
export const LISTS: u32 = 4;
const NO_LIST: u32 = LISTS;

const WORD: usize = 4;
/** Of each list the addresses of the first byte in the brackets, and of the closing bracket; 0: it was not cut. */
const starts = memory.data(4 * 4);
const ends = memory.data(4 * 4);

let textEnd: usize = 0;
let restBytes: u32 = 0;

/** Makes room for a text of so many bytes, and forgets all of the one before. */
export function textAddress(bytes: u32): usize {
  clear();
  makeRoomForText(bytes);
  textEnd = text + bytes;
  // Nothing of an earlier text can follow.
  memory.fill(textEnd, 0, 16);
  return text;
}

export function restAddress(): usize {
  return rest;
}

export function startOf(list: u32): usize {
  return load<u32>(starts + WORD * list);
}

export function endOf(list: u32): usize {
  return load<u32>(ends + WORD * list);
}

/** Gives the bytes of the rest; 0: the text is no object, or has an escape, more than ASCII, or one list twice. */
export function cutLists(): u32 {
  memory.fill(starts, 0, WORD * LISTS);
  restBytes = 0;
  let keptFrom = text;
  let at = skipSpace(text);
  if (load<u8>(at) !== OPEN_OBJECT) return 0;
  do {
    const key = skipSpace(at + 1);
    const keyEnd = load<u8>(key) === QUOTE ? skipString(key, textEnd) : 0;
    if (keyEnd === 0) return 0;
    const colon = skipSpace(keyEnd);
    if (load<u8>(colon) !== COLON) return 0;
    const value = skipSpace(colon + 1);
    const list = findList(key, keyEnd, load<u8>(value));
    let valueEnd: usize;
    if (list === NO_LIST) {
      valueEnd = skipValue(value, textEnd);
    } else {
      const close = findByte(list === AMD64_IMAGES ? CLOSE_OBJECT : CLOSE_LIST, value, textEnd);
      if (close === 0 || startOf(list) !== 0) return 0;
      store<u32>(starts + WORD * list, value + 1);
      store<u32>(ends + WORD * list, close);
      keep(keptFrom, value + 1);
      keptFrom = close;
      valueEnd = close + 1;
    }
    if (valueEnd === 0) return 0;
    at = skipSpace(valueEnd);
  } while (load<u8>(at) === COMMA);
  keep(keptFrom, textEnd);
  return restBytes;
}

/** Which list has that key and a value that begins so. */
function findList(key: usize, keyEnd: usize, open: i32): u32 {
  if (open !== OPEN_LIST && open !== OPEN_OBJECT) return NO_LIST;
  let list: u32 = 0;
  while (list < LISTS && !isString(NAMES[list], key, keyEnd)) list++;
  return list < LISTS && (list === AMD64_IMAGES) !== (open === OPEN_OBJECT) ? NO_LIST : list;
}

function keep(from: usize, to: usize): void {
  memory.copy(rest + restBytes, from, to - from);
  restBytes += <u32>(to - from);
}
