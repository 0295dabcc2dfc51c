/** The little of JSON that has to be known to find the ends of values in a text. */
export const QUOTE: i32 = 0x22;
export const COMMA: i32 = 0x2c;
export const COLON: i32 = 0x3a;
export const OPEN_LIST: i32 = 0x5b;
const BACKSLASH: i32 = 0x5c;
export const CLOSE_LIST: i32 = 0x5d;
export const OPEN_OBJECT: i32 = 0x7b;
export const CLOSE_OBJECT: i32 = 0x7d;
const LAST_ASCII: i32 = 0x7f;

const HIGHEST: u64 = 0x8080_8080_8080_8080;
const ONES: u64 = 0x0101_0101_0101_0101;

/** Address of the first byte that is no space. */
export function skipSpace(from: usize): usize {
  let at = from;
  while (isSpace(load<u8>(at))) at++;
  return at;
}

function isSpace(code: i32): bool {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

/** Address behind the string that begins at `from`; 0: it has no end before `textEnd`, or is not plain. */
export function skipString(from: usize, textEnd: usize): usize {
  for (let at = from + 1; at < textEnd; at++) {
    const code: i32 = load<u8>(at);
    if (code === QUOTE) return at + 1;
    if (code === BACKSLASH || code > LAST_ASCII) return 0;
  }
  return 0;
}

/** Address behind the value that begins at `from`, if it is one; 0: it has no end, or strings that are not plain. */
export function skipValue(from: usize, textEnd: usize): usize {
  let depth: i32 = 0;
  let at = from;
  while (at !== 0 && at < textEnd) {
    const code: i32 = load<u8>(at);
    if (depth === 0 && (code === COMMA || code === CLOSE_OBJECT)) return at;
    if (code === OPEN_LIST || code === OPEN_OBJECT) depth++;
    if (code === CLOSE_LIST || code === CLOSE_OBJECT) depth--;
    at = code === QUOTE ? skipString(at, textEnd) : at + 1;
  }
  return 0;
}

/** Address of the next byte with that code; 0: there is none. */
export function findByte(code: i32, from: usize, textEnd: usize): usize {
  const codes = ONES * <u64>code;
  for (let at = from; at < textEnd; at += 8) {
    const others = load<u64>(at) ^ codes;
    const found = (others - ONES) & ~others & HIGHEST;
    if (found === 0) continue;
    const first = at + <usize>(ctz(found) >> 3);
    return first < textEnd ? first : 0;
  }
  return 0;
}

/** Whether the string from its first quotation mark to behind its last is this one. */
export function isString(text: string, from: usize, to: usize): bool {
  if (to - from !== <usize>text.length + 2) return false;
  for (let at = 0; at < text.length; at++) if (<i32>load<u8>(from + 1 + at) !== text.charCodeAt(at)) return false;
  return true;
}
