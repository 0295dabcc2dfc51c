/**
 * Reads the file of keys by which a token service signs: `token_keys`.
 *
 *     PEM    one or several blocks: CERTIFICATE (that of an authority also vouches for others, for x5c), PUBLIC KEY, RSA PUBLIC KEY
 *     JSON   a JSON Web Key Set, {"keys":[…]}, or one JSON Web Key
 *
 * What cannot be read, and what must not be there (a private or a symmetric key), refuses the whole file. A key that
 * tokens cannot be signed by is left out with a warning, as long as others remain. Pure.
 */
import { readJwkKeys } from './jwk-keys';
import { readPemKeys } from './pem-keys';
import type { VerifyKey } from './verify-key';

export type ParsedTokenKeys =
  | { kind: 'parsed'; keys: VerifyKey[]; warnings: string[] }
  /** At least one, in words; never a part of a key. */
  | { kind: 'refused'; mistakes: string[] };

export function parseTokenKeys(text: string): ParsedTokenKeys {
  const trimmed = text.replace(/^\uFEFF/, '').trim();
  const readings = /^[[{]/.test(trimmed) ? readJwkKeys(trimmed) : readPemKeys(trimmed);
  const mistakes = readings.flatMap((reading) => (reading.kind === 'mistake' ? [reading.message] : []));
  const warnings = readings.flatMap((reading) => (reading.kind === 'warning' ? [reading.message] : []));
  const keys = readings.flatMap((reading) => (reading.kind === 'key' ? [reading.key] : []));
  if (mistakes.length > 0) return { kind: 'refused', mistakes };
  if (keys.length === 0) return { kind: 'refused', mistakes: [...warnings, 'holds no key that can be used'] };
  return { kind: 'parsed', keys, warnings };
}
