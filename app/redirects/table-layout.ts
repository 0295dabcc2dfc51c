/**
 * Numbers that the bytes of a reference table are made of, for those who read it (./reference-table) and for those who write it
 * (./packing, which is AssemblyScript: nothing but constants can be in this file). Pure.
 */

/** What a key begins with that is kept as a hash: sha256:<64 hexadecimal digits>, or a v1 image id. Otherwise its length. */
export const SHA256_DIGEST = 254;
export const BARE_HASH = 255;
export const HASH_BYTES = 32;
/** The most bytes that a key takes. */
export const LONGEST_KEY = 254;
/** Characters of the longest tag; a digest that is kept as text has more. */
export const LONGEST_TAG = 128;

/** Bits of the forms byte. */
export const IN_LISTS = 1;
export const IN_SCHEMA2 = 2;
export const IN_SCHEMA1 = 4;
/** The tag of a manifest list whose linux/amd64 image is known; has a value: schema version and digest. */
export const HAS_AMD64 = 8;
/** A v1 image id. */
export const IS_IMAGE = 16;
/** A v1 tag; has a value: the image id. */
export const IS_IMAGE_TAG = 32;
/** An entry whose place another one has taken. */
export const REPLACED = 64;

/** What a reference of the v2 protocol may have. */
export const ANY_FORM = IN_LISTS | IN_SCHEMA2 | IN_SCHEMA1 | HAS_AMD64;
export const WITH_VALUE = HAS_AMD64 | IS_IMAGE_TAG;

/** Number of slots, number of tags, bytes of all entries. */
export const HEADER_WORDS = 3;

/** Free slots that linear probing needs to stay short. */
export const SLOTS_PER_ENTRY = 1.8;

/**
 * Slots that are taken one behind the other, at most; so no lookup passes more. Whose references come near it, and whose do not:
 * docs/decisions/0027-references-that-collide.md.
 */
export const LONGEST_RUN = 256;

/**
 * A slot holds 8 bits of the hash of its key, the mark, beside the offset of the entry + 1. Where the mark is another one, the entry need
 * not be looked at, which is in no cache. Entries of this many bytes and more leave no bits to spare.
 */
export const UNMARKED_BYTES = 0xff_ffff;
export const MARK_MASK = 0xff00_0000;

/** What a character may be in, as bits: those of CLASSES in app/registry/grammar.ts. */
export const BEGINS_TAG = 1;
export const IN_TAG = 2;
