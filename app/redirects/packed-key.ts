/**
 * Keys of a reference table as bytes: a hash as its 32 bytes, everything else as text.
 *
 *     254, 32 bytes     sha256:<64 hexadecimal digits>
 *     255, 32 bytes     <64 hexadecimal digits>, a v1 image id
 *     n, n bytes        any other ASCII text of 1 to 253 characters
 *
 * Packing checks at the same time: what is packed as a hash is one. Pure, but for the bytes that it writes.
 */
const SHA256_DIGEST = 254;
const BARE_HASH = 255;
const HASH_BYTES = 32;
const DIGEST_PREFIX = 'sha256:';

/** The most bytes that a key takes. */
export const LONGEST_KEY = 254;

/** Character code → value of the hexadecimal digit, lower case only; otherwise negative. */
const HEX_VALUES = Int8Array.from({ length: 128 }, (_, code) => '0123456789abcdef'.indexOf(String.fromCharCode(code)));

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

/** Whether the key at `offset` is kept as a digest; then it is no tag. */
export const isDigestAt = (bytes: Uint8Array, offset: number): boolean => bytes[offset] === SHA256_DIGEST;

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

/** FNV-1a over the bytes of a packed key, stirred once more for keys that differ at their ends only. */
export function slotOf(bytes: Uint8Array, offset: number, end: number, slotCount: number): number {
  let hash = 0x811c9dc5;
  for (let at = offset; at < end; at++) hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash ^= hash >>> 13;
  return Math.floor(((hash >>> 0) / 0x1_0000_0000) * slotCount);
}

/** Whether the key at `offset` is the packed key that fills `other` from `from` to `end`. */
export function isSameKey(bytes: Uint8Array, offset: number, other: Uint8Array, from: number, end: number): boolean {
  // The first byte holds the length, so no key is the beginning of another one.
  for (let at = from; at < end; at++) if (bytes[offset + at - from] !== other[at]) return false;
  return true;
}
