/**
 * Packs a reference straight from the bytes of a JSON text, where it stands between quotation marks, without a string:
 *
 *     "sha256:<64 hexadecimal digits>"   →   254, 32 bytes
 *     "latest"                           →   6, latest
 *
 * The grammar of tags and digests is checked at the same time (app/registry/grammar.ts). Pure, but for the bytes that it
 * writes.
 */
import { BEGINS_TAG, CLASSES, IN_TAG } from '../registry/grammar';
import { BARE_HASH, DIGEST_PREFIX, HASH_BYTES, HEX_VALUES, LONGEST_TAG, SHA256_DIGEST } from './packed-key';

export const QUOTE = 0x22;

const PREFIX = Uint8Array.from(Buffer.from(DIGEST_PREFIX));
const COLON = 0x3a;

/**
 * Writes the key at `offset`, and gives the offset in the text behind the quotation mark; negative: what stands there is no
 * tag and no sha256 digest.
 */
export function packQuoted(text: Uint8Array, from: number, target: Uint8Array, offset: number): number {
  return isDigestPrefix(text, from)
    ? packDigest(text, from + PREFIX.length, target, offset)
    : packTag(text, from, target, offset);
}

function isDigestPrefix(text: Uint8Array, from: number): boolean {
  // Few tags get further than this.
  if (text[from + PREFIX.length - 1] !== COLON) return false;
  for (let at = 0; at < PREFIX.length; at++) if (text[from + at] !== PREFIX[at]) return false;
  return true;
}

function packDigest(text: Uint8Array, from: number, target: Uint8Array, offset: number): number {
  const end = from + 2 * HASH_BYTES;
  if (text[end] !== QUOTE || !packHash(text, from, target, offset + 1)) return -1;
  target[offset] = SHA256_DIGEST;
  return end + 1;
}

function packTag(text: Uint8Array, from: number, target: Uint8Array, offset: number): number {
  const end = findTagEnd(text, from);
  const length = end - from;
  if (length > LONGEST_TAG || text[end] !== QUOTE) return -1;
  if (length === 2 * HASH_BYTES && packHash(text, from, target, offset + 1)) {
    target[offset] = BARE_HASH;
    return end + 1;
  }
  target[offset] = length;
  for (let at = 0; at < length; at++) target[offset + 1 + at] = text[from + at] as number;
  return end + 1;
}

/** Behind the end of the text: none. */
const classesAt = (text: Uint8Array, at: number): number => CLASSES[text[at] as number] as number;

/** Where the characters of a tag end; negative: none begins there. */
function findTagEnd(text: Uint8Array, from: number): number {
  if (!(classesAt(text, from) & BEGINS_TAG)) return -1;
  let end = from + 1;
  while (classesAt(text, end) & IN_TAG) end++;
  return end;
}

function packHash(text: Uint8Array, from: number, target: Uint8Array, offset: number): boolean {
  let signs = 0;
  for (let at = 0; at < HASH_BYTES; at++) {
    const high = HEX_VALUES[text[from + 2 * at] as number] as number;
    const low = HEX_VALUES[text[from + 2 * at + 1] as number] as number;
    signs |= high | low;
    target[offset + at] = (high << 4) | low;
  }
  return signs >= 0;
}
