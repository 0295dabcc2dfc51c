/**
 * Keys of references in bytes, as ../packed-key writes and reads them: straight from a JSON text, hashed, and compared.
 *
 *     "sha256:<64 hexadecimal digits>"   →   254, 32 bytes
 *     "latest"                           →   6, latest
 *
 * The grammar of tags and digests is checked at the same time.
 */
import { BARE_HASH, BEGINS_TAG, HASH_BYTES, IN_TAG, LONGEST_TAG, SHA256_DIGEST } from '../table-layout';
import { packHash } from './digits';
import { QUOTE } from './tokens';

const HASH_DIGITS: i32 = 2 * HASH_BYTES;

/** A quotation mark, and `sha256:`. */
const DIGEST_START: u64 = 0x3a_36_35_32_61_68_73_22;
const DIGEST_START_BYTES: i32 = 8;

/** Character code → what it may be in; filled from app/registry/grammar.ts. */
export const classes: usize = memory.data(256);

/**
 * Writes the key of what stands behind the quotation mark at `from`, and gives the address behind the next one; 0: what stands there is
 * no tag and no sha256 digest.
 */
export function packQuoted(from: usize, key: usize): usize {
  return load<u64>(from) === DIGEST_START ? packDigest(from + DIGEST_START_BYTES, key) : packTag(from + 1, key);
}

function packDigest(from: usize, key: usize): usize {
  const end = from + HASH_DIGITS;
  if (load<u8>(end) !== QUOTE || !packHash(from, key + 1)) return 0;
  store<u8>(key, SHA256_DIGEST);
  return end + 1;
}

function packTag(from: usize, key: usize): usize {
  if (!(classOf(from) & BEGINS_TAG)) return 0;
  let end = from + 1;
  while (classOf(end) & IN_TAG) end++;
  const length = <i32>(end - from);
  if (length > LONGEST_TAG || load<u8>(end) !== QUOTE) return 0;
  if (length === HASH_DIGITS && packHash(from, key + 1)) {
    store<u8>(key, BARE_HASH);
    return end + 1;
  }
  store<u8>(key, length);
  for (let at = 0; at < length; at += 8) store<u64>(key + 1 + at, load<u64>(from + at));
  return end + 1;
}

function classOf(at: usize): i32 {
  return load<u8>(classes + load<u8>(at));
}

export function sizeOf(key: usize): i32 {
  const kind = <i32>load<u8>(key);
  return 1 + (kind >= SHA256_DIGEST ? HASH_BYTES : kind);
}

export function isTag(key: usize): bool {
  const kind = <i32>load<u8>(key);
  return kind <= LONGEST_TAG || kind === BARE_HASH;
}

/** The same as hashKey of ../packed-key. */
export function hashKey(key: usize, end: usize): u32 {
  const kind = <i32>load<u8>(key);
  if (kind >= SHA256_DIGEST) return stir(rotl<u32>(load<u32>(key + 1), 13) ^ load<u32>(end - 4));
  let hash: u32 = 0x811c_9dc5 ^ (<u32>kind);
  let at = key + 1;
  for (; at + 4 <= end; at += 4) {
    hash = (hash ^ load<u32>(at)) * 0x0100_0193;
    hash ^= hash >> 15;
  }
  for (; at < end; at++) hash = (hash ^ load<u8>(at)) * 0x0100_0193;
  return stir(hash);
}

function stir(hash: u32): u32 {
  const stirred = (hash ^ (hash >> 16)) * 0x85eb_ca6b;
  return stirred ^ (stirred >> 13);
}

/** Orders two tags by their bytes. */
export function compareTags(key: usize, other: usize): i32 {
  const length = <i32>load<u8>(key);
  const otherLength = <i32>load<u8>(other);
  if (length > LONGEST_TAG || otherLength > LONGEST_TAG) return compareDigits(key, other);
  const difference = memory.compare(key + 1, other + 1, min(length, otherLength));
  return difference !== 0 ? difference : length - otherLength;
}

/** Where one of them is a tag of 64 digits, which is no text; there are hardly any. */
function compareDigits(key: usize, other: usize): i32 {
  const length = lengthOf(key);
  const otherLength = lengthOf(other);
  for (let at = 0; at < min(length, otherLength); at++) {
    const difference = characterOf(key, at) - characterOf(other, at);
    if (difference !== 0) return difference;
  }
  return length - otherLength;
}

function lengthOf(key: usize): i32 {
  const kind = <i32>load<u8>(key);
  return kind === BARE_HASH ? HASH_DIGITS : kind;
}

function characterOf(key: usize, at: i32): i32 {
  if (load<u8>(key) !== BARE_HASH) return load<u8>(key + 1 + at);
  const pair = <i32>load<u8>(key + 1 + at / 2);
  const digit = at & 1 ? pair & 0xf : pair >> 4;
  return digit < 10 ? 0x30 + digit : 0x57 + digit;
}
