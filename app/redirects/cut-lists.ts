/**
 * Cuts the long lists out of the text of a redirect file, so that they are packed from their bytes:
 *
 *     {"version": 5, "schema2_data": ["latest", …], "url": …}
 *  →  {"version": 5, "schema2_data": [], "url": …}   and where in the bytes "latest", … stands
 *
 * Only what is beyond doubt is cut. Where a list ends is a guess, the next closing bracket, which is right if nothing but
 * tags and digests is in it: whoever packs the list finds out. What is left is JSON if, and only if, the whole is. Pure.
 */
import { QUOTE } from './pack-quoted';

/** The keys of lists of references. */
export type ListKey = 'schema2_data' | 'manifest_list_data' | 'schema1_data';

/** Offsets of the first byte in the brackets, and of the closing bracket. */
export interface ListRange {
  from: number;
  to: number;
}

export interface CutText {
  rest: string;
  lists: Map<string, ListRange>;
}

const LIST_KEYS: readonly string[] = ['schema2_data', 'manifest_list_data', 'schema1_data'] satisfies ListKey[];

const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const LAST_ASCII = 0x7f;

/** Undefined: the text is no object, or has an escape, more than ASCII, or one list twice. */
export function cutLists(text: Buffer): CutText | undefined {
  const lists: CutText['lists'] = new Map();
  let rest = '';
  let keptFrom = 0;
  let at = skipSpace(text, 0);
  if (text[at] !== OPEN_OBJECT) return undefined;
  do {
    const keyFrom = skipSpace(text, at + 1);
    const keyEnd = text[keyFrom] === QUOTE ? skipString(text, keyFrom) : -1;
    const colon = skipSpace(text, keyEnd);
    if (keyEnd < 0 || text[colon] !== COLON) return undefined;
    const from = skipSpace(text, colon + 1);
    const key = text[from] === OPEN_LIST ? text.toString('latin1', keyFrom + 1, keyEnd - 1) : '';
    let end: number;
    if (LIST_KEYS.includes(key)) {
      const to = text.indexOf(CLOSE_LIST, from);
      if (to < 0 || lists.has(key)) return undefined;
      lists.set(key, { from: from + 1, to });
      rest += text.toString('latin1', keptFrom, from + 1);
      keptFrom = to;
      end = to + 1;
    } else {
      end = skipValue(text, from);
      if (end < 0) return undefined;
    }
    at = skipSpace(text, end);
  } while (text[at] === COMMA);
  return { rest: rest + text.toString('latin1', keptFrom), lists };
}

/** Offset of the first byte that is no space. */
export function skipSpace(text: Uint8Array, from: number): number {
  let at = from;
  for (let code = text[at]; code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;) code = text[++at];
  return at;
}

/** Offset behind the string that begins at `from`; negative: it has no end, or is not plain. */
function skipString(text: Uint8Array, from: number): number {
  for (let at = from + 1; at < text.length; at++) {
    const code = text[at] as number;
    if (code === QUOTE) return at + 1;
    if (code === BACKSLASH || code > LAST_ASCII) return -1;
  }
  return -1;
}

/** Offset behind the value that begins at `from`, if it is one; negative: it has no end, or strings that are not plain. */
function skipValue(text: Uint8Array, from: number): number {
  let depth = 0;
  for (let at = from; at >= 0 && at < text.length;) {
    const code = text[at] as number;
    if (depth === 0 && (code === COMMA || code === CLOSE_OBJECT)) return at;
    if (code === OPEN_LIST || code === OPEN_OBJECT) depth++;
    if (code === CLOSE_LIST || code === CLOSE_OBJECT) depth--;
    at = code === QUOTE ? skipString(text, at) : at + 1;
  }
  return -1;
}
