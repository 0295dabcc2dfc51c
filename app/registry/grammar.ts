/**
 * The grammar of names, tags, digests and v1 image ids.
 *
 * Source: OCI distribution specification 1.1, "Pulling manifests"; pulp_docker for the names that it let through before
 * version 2.4, which are still published. Pure.
 */

const COMPONENT = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const NAME = new RegExp(`^${COMPONENT}(?:/${COMPONENT})*$`);
/** Pulp 2.3 and older: lower case letters, digits, dots, dashes and underscores in any order. */
const LEGACY_NAME = /^[a-z0-9._-]+(?:\/[a-z0-9._-]+)*$/;
const DOT_COMPONENT = /(?:^|\/)\.{1,2}(?:\/|$)/;
const LONGEST_NAME = 255;

const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
const DIGEST_LENGTHS = { 'sha256:': 64, 'sha512:': 128 };
const IMAGE_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/** Whether the specification allows the name. */
export const isStandardName = (text: string): boolean => text.length <= LONGEST_NAME && NAME.test(text);

/** Whether a repository may be called so here: a name of the specification, or one that only old Pulp allowed. */
export const isName = (text: string): boolean =>
  text.length <= LONGEST_NAME && LEGACY_NAME.test(text) && !(text.includes('.') && DOT_COMPONENT.test(text));

export const isTag = (text: string): boolean => TAG.test(text);

/** Many pulls are by digest, and a regular expression would take two or three times as long. */
export const isDigest = (text: string): boolean => isHashOf('sha256:', text) || isHashOf('sha512:', text);

function isHashOf(algorithm: keyof typeof DIGEST_LENGTHS, text: string): boolean {
  const { length } = text;
  if (length !== algorithm.length + DIGEST_LENGTHS[algorithm] || !text.startsWith(algorithm)) return false;
  // Without a branch for each digit, which no processor could foresee.
  let isHexadecimal = 1;
  for (let at = algorithm.length; at < length; at++) isHexadecimal &= HEXADECIMAL[text.charCodeAt(at)] ?? 0;
  return isHexadecimal === 1;
}

/** Character code → 1 for a lower-case hexadecimal digit. */
const HEXADECIMAL = Uint8Array.from({ length: 128 }, (_, code) =>
  Number('0123456789abcdef'.includes(String.fromCharCode(code))),
);

/** Tells a digest from a tag without judging it, which is enough for valid references: a tag cannot hold a colon. */
export const looksLikeDigest = (reference: string): boolean => reference.includes(':');

/** A v1 image id: 64 hexadecimal digits where docker made it; hand-written files have shorter ones. */
export const isImageId = (text: string): boolean => IMAGE_ID.test(text);
