/**
 * The grammar of names, tags, digests and v1 image ids.
 *
 * What every pull is checked by is judged character by character: a regular expression takes two or three times as long.
 * Source: OCI distribution specification 1.1, "Pulling manifests"; pulp_docker for the names that it let through before
 * version 2.4, which are still published. Pure.
 */

const COMPONENT = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const NAME = new RegExp(`^${COMPONENT}(?:/${COMPONENT})*$`);
const DOT_COMPONENT = /(?:^|\/)\.{1,2}(?:\/|$)/;
const LONGEST_NAME = 255;
const LONGEST_TAG = 128;
const IMAGE_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;
const DIGEST_LENGTHS = { 'sha256:': 64, 'sha512:': 128 };
const SLASH = 0x2f;

/** What a character may be in, as bits. */
const BEGINS_TAG = 1;
const IN_TAG = 2;
const IN_NAME = 4;
const IN_HASH = 8;

/** Character code below 256 → bits; also for what is read from bytes. */
export const CLASSES = Uint8Array.from({ length: 256 }, (_, code) => {
  const character = String.fromCharCode(code);
  return (
    (/\w/.test(character) ? BEGINS_TAG : 0) |
    (/[\w.-]/.test(character) ? IN_TAG : 0) |
    (/[a-z0-9._-]/.test(character) ? IN_NAME : 0) |
    (/[0-9a-f]/.test(character) ? IN_HASH : 0)
  );
});

const classesAt = (text: string, at: number): number => CLASSES[text.charCodeAt(at)] ?? 0;

/** Whether the specification allows the name. */
export const isStandardName = (text: string): boolean => text.length <= LONGEST_NAME && NAME.test(text);

/**
 * Whether a repository may be called so here: a name of the specification, or one that only old Pulp (2.3 and before) allowed:
 * lower case letters, digits, dots, dashes and underscores in any order.
 */
export function isName(text: string): boolean {
  const { length } = text;
  if (length > LONGEST_NAME) return false;
  let isAfterSlash = true;
  for (let at = 0; at < length; at++) {
    const isSlash = text.charCodeAt(at) === SLASH;
    if (isSlash ? isAfterSlash : !(classesAt(text, at) & IN_NAME)) return false;
    isAfterSlash = isSlash;
  }
  return !isAfterSlash && !(text.includes('.') && DOT_COMPONENT.test(text));
}

export function isTag(text: string): boolean {
  const { length } = text;
  if (length > LONGEST_TAG || !(classesAt(text, 0) & BEGINS_TAG)) return false;
  for (let at = 1; at < length; at++) if (!(classesAt(text, at) & IN_TAG)) return false;
  return true;
}

export const isDigest = (text: string): boolean => isHashOf('sha256:', text) || isHashOf('sha512:', text);

function isHashOf(algorithm: keyof typeof DIGEST_LENGTHS, text: string): boolean {
  const { length } = text;
  if (length !== algorithm.length + DIGEST_LENGTHS[algorithm] || !text.startsWith(algorithm)) return false;
  // Without a branch for each digit, which no processor could foresee.
  let classes = IN_HASH;
  for (let at = algorithm.length; at < length; at++) classes &= classesAt(text, at);
  return classes !== 0;
}

/** Tells a digest from a tag without judging it, which is enough for valid references: a tag cannot hold a colon. */
export const looksLikeDigest = (reference: string): boolean => reference.includes(':');

/** A v1 image id: 64 hexadecimal digits where docker made it; hand-written files have shorter ones. */
export const isImageId = (text: string): boolean => IMAGE_ID.test(text);
