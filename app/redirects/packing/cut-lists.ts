/**
 * Cuts the long lists out of the text of a redirect file, so that they are packed from their bytes:
 *
 *     {"version": 5, "schema2_data": ["latest", …], "url": …}
 *  →  {"version": 5, "schema2_data": [], "url": …}   and where in the bytes "latest", … stands
 *
 * Only what is beyond doubt is cut. Where a list ends is a guess, the next closing bracket, which is right if nothing but
 * tags and digests is in it: `addLists` finds out. What is left is JSON if, and only if, the whole is.
 */
import { IN_LISTS, IN_SCHEMA1, IN_SCHEMA2 } from '../table-layout';
import { addQuoted, clear } from './entries';
import { makeRoomForText, rest, text } from './room';
import {
  COLON,
  COMMA,
  findClose,
  isString,
  OPEN_LIST,
  OPEN_OBJECT,
  QUOTE,
  skipSpace,
  skipString,
  skipValue,
} from './tokens';

/** In the order in which they are added. */
const NAMES: StaticArray<string> = ['manifest_list_data', 'schema2_data', 'schema1_data'];
const FORMS = memory.data<i32>([IN_LISTS, IN_SCHEMA2, IN_SCHEMA1]);
const LISTS: i32 = 3;
const NO_LIST: i32 = LISTS;

const WORD: usize = 4;
/** Of each list the addresses of the first byte in the brackets, and of the closing bracket; 0: it was not cut. */
const starts = memory.data(3 * 4);
const ends = memory.data(3 * 4);

let textEnd: usize = 0;
let restBytes: i32 = 0;

/** Makes room for a text of so many bytes, and forgets all of the one before. */
export function textAddress(bytes: i32): usize {
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

/** Gives the bytes of the rest; 0: the text is no object, or has an escape, more than ASCII, or one list twice. */
export function cutLists(): i32 {
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
    const list = load<u8>(value) === OPEN_LIST ? findList(key, keyEnd) : NO_LIST;
    let valueEnd: usize;
    if (list === NO_LIST) {
      valueEnd = skipValue(value, textEnd);
    } else {
      const close = findClose(value, textEnd);
      if (close === 0 || load<i32>(starts + WORD * list) !== 0) return 0;
      store<i32>(starts + WORD * list, value + 1);
      store<i32>(ends + WORD * list, close);
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

/** Adds the references of all lists that were cut; false: something else than tags and sha256 digests is in one. */
export function addLists(): bool {
  for (let list: i32 = 0; list < LISTS; list++) if (!addList(list)) return false;
  return true;
}

function findList(key: usize, keyEnd: usize): i32 {
  let list: i32 = 0;
  while (list < LISTS && !isString(NAMES[list], key, keyEnd)) list++;
  return list;
}

function keep(from: usize, to: usize): void {
  memory.copy(rest + restBytes, from, to - from);
  restBytes += <i32>(to - from);
}

function addList(list: i32): bool {
  const start = load<i32>(starts + WORD * list);
  const end = load<i32>(ends + WORD * list);
  if (start === 0) return true;
  let at = skipSpace(start);
  if (at === end) return true;
  while (load<u8>(at) === QUOTE) {
    at = addQuoted(at, load<i32>(FORMS + WORD * list));
    if (at === 0) return false;
    at = skipSpace(at);
    if (at === end) return true;
    if (load<u8>(at) !== COMMA) return false;
    at = skipSpace(at + 1);
  }
  return false;
}
