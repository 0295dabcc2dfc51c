/**
 * Keys of a reference table as bytes: a hash as its 32 bytes, everything else as text.
 *
 *     254, 32 bytes     sha256:<64 hexadecimal digits>
 *     255, 32 bytes     <64 hexadecimal digits>, a v1 image id
 *     n, n bytes        any other ASCII text of 1 to 253 characters
 *
 * Packing checks at the same time: what is packed as a hash is one. Pure, but for the bytes that it writes.
 */
import { BARE_HASH, HASH_BYTES, LONGEST_KEY, MARK_MASK, SHA256_DIGEST, UNMARKED_BYTES } from './table-layout';

const DIGEST_PREFIX = 'sha256:';

/** Character code below 256 → value of the hexadecimal digit, lower case only; otherwise negative. */
const HEX_VALUES = Int8Array.from({ length: 256 }, (_, code) => '0123456789abcdef'.indexOf(String.fromCharCode(code)));

/** Writes a key at `offset` and gives the offset behind it; negative: no key can be so. */
export function packKey(key: string, target: Uint8Array, offset: number): number {
  const { length } = key;
  if (length === DIGEST_PREFIX.length + 2 * HASH_BYTES && key.startsWith(DIGEST_PREFIX)) {
    if (packHash(key, DIGEST_PREFIX.length, target, offset + 1)) {
      target[offset] = SHA256_DIGEST;
      return offset + 1 + HASH_BYTES;
    }
  } else if (length === 2 * HASH_BYTES && packHash(key, 0, target, offset + 1)) {
    target[offset] = BARE_HASH;
    return offset + 1 + HASH_BYTES;
  }
  return packText(key, target, offset);
}

function packHash(key: string, from: number, target: Uint8Array, offset: number): boolean {
  for (let index = 0; index < HASH_BYTES; index++) {
    const high = HEX_VALUES[key.charCodeAt(from + 2 * index)] ?? -1;
    const low = HEX_VALUES[key.charCodeAt(from + 2 * index + 1)] ?? -1;
    if ((high | low) < 0) return false;
    target[offset + index] = (high << 4) | low;
  }
  return true;
}

function packText(key: string, target: Uint8Array, offset: number): number {
  const { length } = key;
  if (length === 0 || length >= LONGEST_KEY) return -1;
  target[offset] = length;
  for (let index = 0; index < length; index++) {
    const code = key.charCodeAt(index);
    if (code > 127) return -1;
    target[offset + 1 + index] = code;
  }
  return offset + 1 + length;
}

/** Whether the key at `offset` is kept as a hash. */
export const isHashAt = (bytes: Uint8Array, offset: number): boolean => (bytes[offset] as number) >= SHA256_DIGEST;

export function readKey(bytes: Uint8Array, offset: number): string {
  const kind = bytes[offset] as number;
  const end = nextOffset(bytes, offset);
  const body = Buffer.from(bytes.buffer, bytes.byteOffset + offset + 1, end - offset - 1);
  if (kind === SHA256_DIGEST) return DIGEST_PREFIX + body.toString('hex');
  return body.toString(kind === BARE_HASH ? 'hex' : 'latin1');
}

/** Where the key that begins at `offset` ends. */
export function nextOffset(bytes: Uint8Array, offset: number): number {
  const kind = bytes[offset] as number;
  return offset + 1 + (kind >= SHA256_DIGEST ? HASH_BYTES : kind);
}

/**
 * Of a digest some bytes, which are as good as random; from both ends, for those that are made up. One end is turned, by no whole number of
 * digits: otherwise ends that are equal would cancel each other out, and digests that repeat a few digits would all be hashed alike.
 *
 * Otherwise FNV-1a over the packed key, four bytes at a time, stirred once more for keys that differ at their ends only. With a sign: a
 * number of 31 bits costs no memory.
 */
export function hashKey(bytes: Uint8Array, offset: number, end: number): number {
  if (isHashAt(bytes, offset)) return stir(turn(wordAt(bytes, offset + 1)) ^ wordAt(bytes, end - 4));
  let hash = 0x811c9dc5 ^ (bytes[offset] as number);
  let at = offset + 1;
  for (; at + 4 <= end; at += 4) {
    hash = Math.imul(hash ^ wordAt(bytes, at), 0x01000193);
    // High bits reach low ones by this only.
    hash ^= hash >>> 15;
  }
  for (; at < end; at++) hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193);
  return stir(hash);
}

const turn = (word: number): number => (word << 13) | (word >>> 19);

function stir(hash: number): number {
  const stirred = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return stirred ^ (stirred >>> 13);
}

function wordAt(bytes: Uint8Array, offset: number): number {
  const low = (bytes[offset] as number) | ((bytes[offset + 1] as number) << 8);
  const high = (bytes[offset + 2] as number) | ((bytes[offset + 3] as number) << 8);
  return low | (high << 16);
}

/** Which bits of a slot hold the mark of a key. */
export const markMaskOf = (entryBytes: number): number => (entryBytes < UNMARKED_BYTES ? MARK_MASK | 0 : 0);

/** From the end of the hash that does not choose the slot. */
export const markOf = (hash: number, markMask: number): number => (hash << 24) & markMask;

/** Where the search for a key of that hash begins. */
export const scaleHash = (hash: number, slotCount: number): number =>
  Math.floor(((hash >>> 0) / 0x1_0000_0000) * slotCount);

/** Whether the key at `offset` is the packed key that fills `other` from `from` to `end`. */
export function isSameKey(bytes: Uint8Array, offset: number, other: Uint8Array, from: number, end: number): boolean {
  // The first byte holds the length, so no key is the beginning of another one.
  for (let at = from; at < end; at++) if (bytes[offset + at - from] !== other[at]) return false;
  return true;
}
