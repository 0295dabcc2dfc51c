/**
 * Reads and writes who a client says it is, by name and password: the Authorization header of the scheme Basic.
 *
 * On the wire: `Basic <base64 of user:password>`, the scheme in any case; the first colon separates, so a password may hold
 * colons. The text is UTF-8; where the bytes are not, they are latin1, as older clients send it. `Basic Og==`, which is
 * nothing but the colon, is how docker says that nobody has logged in. Control characters are refused: such a name would
 * reach logs.
 * Source: RFC 7617 section 2. Pure.
 */
import { isUtf8 } from 'node:buffer';

export type BasicCredentials =
  /** No header, another scheme, or neither user nor password: anonymous, as far as Basic goes. */
  { kind: 'none' } | { kind: 'basic'; user: string; password: string } | { kind: 'malformed' };

/** In bytes, the scheme included. */
const LONGEST_HEADER = 8 * 1024;

const BASIC = /^basic(?: +(.*))?$/is;
const CONTROL_CHARACTER = /\p{Cc}/u;

export function parseBasic(header: string | undefined): BasicCredentials {
  const match = BASIC.exec(header ?? '');
  if (!match) return { kind: 'none' };
  const [{ length }, encoded = ''] = match;
  const text = length > LONGEST_HEADER ? undefined : decode(encoded);
  if (text === undefined || CONTROL_CHARACTER.test(text)) return { kind: 'malformed' };
  const colon = text.indexOf(':');
  if (colon === -1) return { kind: 'malformed' };
  if (text === ':') return { kind: 'none' };
  return { kind: 'basic', user: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** The header of a client that shows them. */
export const formatBasic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

function decode(encoded: string): string | undefined {
  const bytes = Buffer.from(encoded, 'base64');
  // Buffer skips over what is not base64: only what comes out the same was base64 throughout.
  if (bytes.toString('base64') !== encoded) return undefined;
  return bytes.toString(isUtf8(bytes) ? 'utf8' : 'latin1');
}
