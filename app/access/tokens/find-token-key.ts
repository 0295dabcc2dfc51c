/**
 * Finds the key that a token says it is signed by, among those that are trusted. As distribution does:
 *
 *     x5c       a chain of certificates whose signer is trusted
 *     else jwk  a public key, which must be one of the trusted ones
 *     else kid  the name of a trusted key, of any kind
 *     else      the only trusted key of the right kind
 *
 * What the token carries is never trusted by itself. Pure.
 */
import { findExpiry, findFlaw, parseChain, type CertifiedKey, type Chain } from './certificate-chain';
import type { TokenAlgorithm } from './key-algorithms';
import { jwkThumbprint } from './key-id';
import { quote } from '../quote';
import { createVerifyKey, type VerifyKey } from './verify-key';

/** The protected header of a token: any JSON object. */
export type TokenHeader = Readonly<Partial<Record<string, unknown>>>;

export interface TrustedKeys {
  keys: readonly VerifyKey[];
  /** What the log calls them: `token_keys`. */
  place: string;
}

export type FoundKey = { kind: 'found'; key: VerifyKey } | { kind: 'refused'; reason: string };

const refuse = (reason: string): FoundKey => ({ kind: 'refused', reason });

/** The key that comes out has the algorithm. */
export function findTokenKey(
  header: TokenHeader,
  algorithm: TokenAlgorithm,
  trusted: TrustedKeys,
  nowSeconds: number,
): FoundKey {
  const found = findNamedKey(header, algorithm, trusted, nowSeconds);
  if (found.kind === 'refused' || found.key.algorithms.includes(algorithm)) return found;
  return refuse(`uses the algorithm ${algorithm}, which its key is not for: kid ${quote(header['kid'])}`);
}

function findNamedKey(
  { x5c, jwk, kid }: TokenHeader,
  algorithm: TokenAlgorithm,
  trusted: TrustedKeys,
  nowSeconds: number,
): FoundKey {
  const { keys, place } = trusted;
  if (x5c !== undefined) {
    const chain = parseChain(x5c);
    return chain ? findBySigner(chain, trusted, nowSeconds) : refuse('has an x5c that is no list of certificates');
  }
  if (jwk !== undefined) {
    const thumbprint = typeof jwk === 'object' && jwk !== null ? jwkThumbprint(jwk) : undefined;
    const key = keys.find((each) => each.thumbprint === thumbprint);
    return key
      ? { kind: 'found', key }
      : refuse(`is signed by a key that is not in ${place}: jwk with thumbprint ${quote(thumbprint)}`);
  }
  if (kid !== undefined) {
    const known = keys.filter(({ ids }) => typeof kid === 'string' && ids.has(kid));
    // Two keys of one name, one for each algorithm, are told apart by it.
    const key = known.find(({ algorithms }) => algorithms.includes(algorithm)) ?? known[0];
    return key ? { kind: 'found', key } : refuse(`is signed by a key that is not in ${place}: kid ${quote(kid)}`);
  }
  const [key, ...others] = keys.filter(({ algorithms }) => algorithms.includes(algorithm));
  if (!key) return refuse(`does not name its key, and ${place} has none for ${algorithm}`);
  if (others.length > 0) return refuse(`does not name its key, and ${place} has several for ${algorithm}`);
  return { kind: 'found', key };
}

function findBySigner(chain: Chain, { keys, place }: TrustedKeys, nowSeconds: number): FoundKey {
  const [signer] = chain;
  const known = keys.find(({ publicKey }) => publicKey.equals(signer.publicKey));
  const flaw = known ? findExpiry([signer], nowSeconds) : findFlaw(chain, keys.filter(isAuthority), nowSeconds);
  if (flaw !== undefined) return refuse(`is signed by a key that is not trusted by ${place}: ${flaw}`);
  const key = known ?? createVerifyKey(signer.publicKey);
  return key ? { kind: 'found', key } : refuse('is signed by a certificate of a kind of key that signs no tokens');
}

/** Only these were warned of (pem-keys.ts): what is trusted for signing tokens does not by that certify others. */
const isAuthority = (key: VerifyKey): key is VerifyKey & CertifiedKey => key.certificate?.ca === true;
