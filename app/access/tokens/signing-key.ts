/**
 * The key by which the token service signs, from PEM text, and the public keys as everybody may read them.
 *
 *     -----BEGIN PRIVATE KEY-----     (also EC PRIVATE KEY and RSA PRIVATE KEY)
 *
 *     {"keys":[{"kty":"EC","crv":"P-256","x":"…","y":"…","kid":"<RFC 7638 thumbprint>","alg":"ES256","use":"sig"}]}
 *
 * The algorithm follows from the key: P-256 ES256, P-384 ES384, P-521 ES512, RSA RS256. Source: RFC 7517, RFC 7518. Pure,
 * but for the new key.
 */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type JsonWebKey, type KeyObject } from 'node:crypto';
import { USABLE_KEYS, type TokenAlgorithm } from './key-algorithms';
import { createVerifyKey, type VerifyKey } from './verify-key';

export interface SigningKey {
  privateKey: KeyObject;
  algorithm: TokenAlgorithm;
  /** RFC 7638 thumbprint: the `kid` of its tokens. */
  id: string;
  /** By which its tokens are verified. */
  verifyKey: VerifyKey;
}

export type ParsedSigningKey =
  | { kind: 'parsed'; key: SigningKey }
  /** In words; never a part of the key. */
  | { kind: 'refused'; mistake: string };

export function parseSigningKey(pem: string): ParsedSigningKey {
  let privateKey: KeyObject;
  try {
    privateKey = createPrivateKey(pem);
  } catch {
    return { kind: 'refused', mistake: 'is no PEM of a private key without a passphrase' };
  }
  const verifyKey = createVerifyKey(createPublicKey(privateKey));
  if (!verifyKey) return { kind: 'refused', mistake: `is a private key of another kind: ${USABLE_KEYS}` };
  const [algorithm] = verifyKey.algorithms;
  return { kind: 'parsed', key: { privateKey, algorithm, id: verifyKey.thumbprint, verifyKey } };
}

/** PKCS #8, P-256. */
export const generateSigningKeyPem = (): string =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

/** The public keys, for others to verify tokens. */
export const describeJwks = (keys: readonly SigningKey[]): { keys: JsonWebKey[] } => ({
  keys: keys.map(({ algorithm, id, verifyKey }) => ({
    ...verifyKey.publicKey.export({ format: 'jwk' }),
    kid: id,
    alg: algorithm,
    use: 'sig',
  })),
});
