/**
 * The algorithms by which tokens may be signed, and which of them belong to a key. An algorithm that does not belong to
 * the key is never tried, so neither `none` nor an HMAC with a public key as its secret can pass.
 * Source: the allow list of distribution; RFC 7518 section 3. Pure.
 */
import type { KeyObject } from 'node:crypto';

export const TOKEN_ALGORITHMS = ['ES256', 'ES384', 'ES512', 'RS256', 'RS384', 'RS512'] as const;

export type TokenAlgorithm = (typeof TOKEN_ALGORITHMS)[number];

export const isTokenAlgorithm = (value: unknown): value is TokenAlgorithm =>
  TOKEN_ALGORITHMS.some((algorithm) => algorithm === value);

const BY_CURVE = new Map<string | undefined, readonly TokenAlgorithm[]>([
  ['prime256v1', ['ES256']],
  ['secp384r1', ['ES384']],
  ['secp521r1', ['ES512']],
]);

const RSA_ALGORITHMS: readonly TokenAlgorithm[] = ['RS256', 'RS384', 'RS512'];

/** RFC 7518 section 3.3. */
const FEWEST_RSA_BITS = 2048;

/** None: the key is of no use for tokens. */
export function algorithmsOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): readonly TokenAlgorithm[] {
  if (asymmetricKeyType === 'ec') return BY_CURVE.get(asymmetricKeyDetails?.namedCurve) ?? [];
  const isLongRsa = asymmetricKeyType === 'rsa' && Number(asymmetricKeyDetails?.modulusLength) >= FEWEST_RSA_BITS;
  return isLongRsa ? RSA_ALGORITHMS : [];
}

export const USABLE_KEYS = `EC keys of P-256, P-384 or P-521 and RSA keys of at least ${FEWEST_RSA_BITS} bits can be used`;
