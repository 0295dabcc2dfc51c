/**
 * Hexadecimal digits, eight at a time: nearly all of a redirect file is digits. Whether they are ones is found out by what they make in
 * the highest bit of each byte, without a branch that no processor could foresee.
 */
import { HASH_BYTES } from '../table-layout';

const HIGHEST: u64 = 0x8080_8080_8080_8080;
const ONES: u64 = 0x0101_0101_0101_0101;
const NIBBLES: u64 = 0x0f0f_0f0f_0f0f_0f0f;
const DIGITS: u64 = 0x3030_3030_3030_3030;
const LETTERS: u64 = 0x6060_6060_6060_6060;
/** What takes ten, and seven, to the highest bit. */
const FROM_TEN: u64 = 0x7676_7676_7676_7676;
const FROM_SEVEN: u64 = 0x7979_7979_7979_7979;
const FROM_ONE: u64 = 0x7f7f_7f7f_7f7f_7f7f;

/** Writes the bytes that 64 digits make; false: they are not all digits in lower case. */
export function packHash(from: usize, to: usize): bool {
  let wrong: u64 = 0;
  for (let at: usize = 0; at < <usize>HASH_BYTES; at += 4) {
    const characters = load<u64>(from + 2 * at);
    wrong |= characters | ~areDigits(characters);
    store<u32>(to + at, pairUp(characters));
  }
  return (wrong & HIGHEST) === 0;
}

/** The highest bit of each byte, if it is a digit and its own highest bit is not set. */
function areDigits(characters: u64): u64 {
  const letters = characters ^ LETTERS;
  const isDecimal = ~((characters ^ DIGITS) + FROM_TEN);
  return isDecimal | ((letters + FROM_ONE) & ~(letters + FROM_SEVEN));
}

function pairUp(characters: u64): u32 {
  const areLetters = (characters >> 6) & ONES;
  const values = (characters & NIBBLES) + areLetters * 9;
  const bytes = ((values << 4) | (values >> 8)) & 0x00ff_00ff_00ff_00ff;
  const words = (bytes | (bytes >> 8)) & 0x0000_ffff_0000_ffff;
  return <u32>(words | (words >> 16));
}
