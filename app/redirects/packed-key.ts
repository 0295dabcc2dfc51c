/**
 * Keys of a reference table as bytes: a hash as its 32 bytes, everything else as text.
 *
 *     254, 32 bytes     sha256:<64 hexadecimal digits>
 *     255, 32 bytes     <64 hexadecimal digits>, a v1 image id
 *     n, n bytes        any other ASCII text of 1 to 253 characters
 *
 * Pure.
 */
const SHA256_DIGEST = 254;
const BARE_HASH = 255;
const HASH_BYTES = 32;
const DIGEST_PREFIX = 'sha256:';
const BARE_HASH_TEXT = /^[0-9a-f]{64}$/;
const DIGEST_TEXT = /^sha256:[0-9a-f]{64}$/;

export function packKey(key: string): Uint8Array {
  if (DIGEST_TEXT.test(key)) return packHash(SHA256_DIGEST, key.slice(DIGEST_PREFIX.length));
  if (BARE_HASH_TEXT.test(key)) return packHash(BARE_HASH, key);
  return Uint8Array.of(key.length, ...Buffer.from(key, 'latin1'));
}

const packHash = (kind: number, hex: string): Uint8Array => Uint8Array.of(kind, ...Buffer.from(hex, 'hex'));

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

/** Compares without making a string: this runs for every pull. */
export function isKeyAt(bytes: Uint8Array, offset: number, key: string): boolean {
  const kind = bytes[offset] as number;
  if (kind === SHA256_DIGEST) {
    return (
      key.length === DIGEST_PREFIX.length + 64 && key.startsWith(DIGEST_PREFIX) && isHashAt(bytes, offset + 1, key, 7)
    );
  }
  if (kind === BARE_HASH) return key.length === 64 && isHashAt(bytes, offset + 1, key, 0);
  if (kind !== key.length) return false;
  for (let index = 0; index < kind; index++) {
    if (bytes[offset + 1 + index] !== key.charCodeAt(index)) return false;
  }
  return true;
}

function isHashAt(bytes: Uint8Array, offset: number, key: string, from: number): boolean {
  for (let index = 0; index < HASH_BYTES; index++) {
    const byte = bytes[offset + index] as number;
    if (hexDigit(byte >>> 4) !== key.charCodeAt(from + 2 * index)) return false;
    if (hexDigit(byte & 15) !== key.charCodeAt(from + 2 * index + 1)) return false;
  }
  return true;
}

/** Character code of a lower-case hexadecimal digit. */
const hexDigit = (value: number): number => value + (value < 10 ? 48 : 87);
