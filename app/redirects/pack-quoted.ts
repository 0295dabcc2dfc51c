/**
 * Packs a reference straight from the bytes of a JSON text, where it stands between quotation marks, without a string:
 *
 *     "sha256:<64 hexadecimal digits>"   →   254, 32 bytes
 *     "latest"                           →   6, latest
 *
 * The grammar of tags and digests is checked at the same time (app/registry/grammar.ts). Digits are read eight at a time,
 * and a table knows what two of them make: nearly all of a redirect file is digits. Pure, but for the bytes that it writes.
 */
import { BEGINS_TAG, CLASSES, IN_TAG } from '../registry/grammar';
import { BARE_HASH, DIGEST_PREFIX, HASH_BYTES, HEX_VALUES, LONGEST_TAG, SHA256_DIGEST } from './packed-key';

export const QUOTE = 0x22;

/** Bytes, and words of them at any offset. */
export interface ByteWords {
  bytes: Uint8Array;
  words: DataView;
}

export const createByteWords = (bytes: Uint8Array): ByteWords => ({
  bytes,
  words: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
});

/** What a digest begins with, with its quotation mark, as two words. */
const PREFIX = createByteWords(Uint8Array.from(Buffer.from(`"${DIGEST_PREFIX}`))).words;
const PREFIX_START = PREFIX.getUint32(0);
const PREFIX_END = PREFIX.getUint32(4);
const COLON = 0x3a;

/** Two characters of a text, as a little-endian number of 16 bits → the byte that they are; negative: they are no digits. */
const HEX_PAIRS = Int16Array.from({ length: 0x1_0000 }, (_, pair) => {
  const [high, low] = [HEX_VALUES[pair & 0xff] as number, HEX_VALUES[pair >>> 8] as number];
  return (high | low) < 0 ? -1 : (high << 4) | low;
});

/**
 * Writes the key of what stands behind a quotation mark, at `from`, and gives the offset in the text behind the next one;
 * negative: what stands there is no tag and no sha256 digest.
 */
export function packQuoted(text: ByteWords, from: number, target: ByteWords, offset: number): number {
  return isDigestPrefix(text, from)
    ? packDigest(text, from + DIGEST_PREFIX.length, target, offset)
    : packTag(text, from, target, offset);
}

function isDigestPrefix({ bytes, words }: ByteWords, from: number): boolean {
  // Few tags get further than this.
  if (bytes[from + DIGEST_PREFIX.length - 1] !== COLON) return false;
  return words.getUint32(from - 1) === PREFIX_START && words.getUint32(from + 3) === PREFIX_END;
}

function packDigest(text: ByteWords, from: number, target: ByteWords, offset: number): number {
  const end = from + 2 * HASH_BYTES;
  if (text.bytes[end] !== QUOTE || !packHash(text.words, from, target.words, offset + 1)) return -1;
  target.bytes[offset] = SHA256_DIGEST;
  return end + 1;
}

function packTag(text: ByteWords, from: number, target: ByteWords, offset: number): number {
  const { bytes } = text;
  const end = findTagEnd(bytes, from);
  const length = end - from;
  if (length > LONGEST_TAG || bytes[end] !== QUOTE) return -1;
  if (length === 2 * HASH_BYTES && packHash(text.words, from, target.words, offset + 1)) {
    target.bytes[offset] = BARE_HASH;
    return end + 1;
  }
  target.bytes[offset] = length;
  for (let at = 0; at < length; at++) target.bytes[offset + 1 + at] = bytes[from + at] as number;
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

function packHash(text: DataView, from: number, target: DataView, offset: number): boolean {
  let signs = 0;
  for (let at = 0; at < HASH_BYTES; at += 4) {
    const start = text.getUint32(from + 2 * at, true);
    const end = text.getUint32(from + 2 * at + 4, true);
    const first = HEX_PAIRS[start & 0xffff] as number;
    const second = HEX_PAIRS[start >>> 16] as number;
    const third = HEX_PAIRS[end & 0xffff] as number;
    const fourth = HEX_PAIRS[end >>> 16] as number;
    signs |= first | second | third | fourth;
    target.setUint32(offset + at, first | (second << 8) | (third << 16) | (fourth << 24), true);
  }
  return signs >= 0;
}
