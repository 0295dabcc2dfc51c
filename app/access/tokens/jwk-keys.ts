/**
 * Reads public keys from a JSON Web Key Set, or from one JSON Web Key.
 *
 *     {"keys":[{"kty":"EC","crv":"P-256","x":"…","y":"…","kid":"2026","use":"sig","alg":"ES256"}]}
 *
 * Keys for other purposes are left out, as the specification wants it. Source: RFC 7517. Pure.
 */
import { createPublicKey, type KeyObject } from 'node:crypto';
import { isTokenAlgorithm } from './key-algorithms';
import { leaveOut, mistaken, readKey, type KeyReading } from './key-reading';
import { quote } from '../quote';

type Members = Readonly<Partial<Record<string, unknown>>>;

/** Members of private and symmetric keys. */
const SECRET_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

export function readJwkKeys(text: string): KeyReading[] {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    // The error's own words quote the text.
    return [mistaken('is not JSON')];
  }
  const { keys, kty } = document as Members;
  if (Array.isArray(keys)) return keys.map((key: unknown, index) => readJwk(key, `/keys/${index}`));
  if (kty !== undefined) return [readJwk(document, 'the key')];
  return [mistaken('is neither a JSON Web Key Set nor a JSON Web Key')];
}

function readJwk(jwk: unknown, place: string): KeyReading {
  if (typeof jwk !== 'object' || jwk === null) return mistaken(`${place} is no JSON object`);
  const members: Members = { ...jwk };
  const { kty, kid, use, key_ops: operations, alg } = members;
  if (kty === 'oct') return mistaken(`${place} is a symmetric key (oct): who can read it can sign by it`);
  if (SECRET_MEMBERS.some((member) => members[member] !== undefined)) {
    return mistaken(`${place} is a private key: only its public part belongs here`);
  }
  if (kid !== undefined && typeof kid !== 'string') return mistaken(`${place} has a kid that is no text`);
  if (kty !== 'EC' && kty !== 'RSA') return leaveOut(`${place} is left out: its kty is ${quote(kty)}`);
  if (use !== undefined && use !== 'sig') return leaveOut(`${place} is left out: its use is ${quote(use)}`);
  if (Array.isArray(operations) && !operations.includes('verify')) {
    return leaveOut(`${place} is left out: its key_ops are ${quote(operations)}`);
  }
  if (alg !== undefined && !isTokenAlgorithm(alg)) return leaveOut(`${place} is left out: its alg is ${quote(alg)}`);
  const publicKey = importKey(members);
  return publicKey ? readKey(place, publicKey, { id: kid, algorithm: alg }) : mistaken(`${place} cannot be read`);
}

function importKey(jwk: Members): KeyObject | undefined {
  try {
    return createPublicKey({ key: jwk, format: 'jwk' });
  } catch {
    return undefined;
  }
}
