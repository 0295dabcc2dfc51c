/** A public key that tokens may be signed by, with all the names that a token may call it by. Pure. */
import { createPublicKey, type KeyObject, type X509Certificate } from 'node:crypto';
import { algorithmsOf, type TokenAlgorithm } from './key-algorithms';
import { libtrustKeyId, thumbprintOf } from './key-id';

export interface VerifyKey {
  publicKey: KeyObject;
  /** All of them belong to the kind of key; the first is the one to sign by. */
  algorithms: readonly [TokenAlgorithm, ...TokenAlgorithm[]];
  /** What a `kid` may be: the libtrust id, the RFC 7638 thumbprint, the `kid` of its JWK. */
  ids: ReadonlySet<string>;
  /** RFC 7638. */
  thumbprint: string;
  /** If it is that of an authority, tokens signed below it are trusted too; undefined: the key is not from a certificate. */
  certificate: X509Certificate | undefined;
}

export interface KeyFacts {
  /** `kid` of its JWK. */
  id?: string | undefined;
  certificate?: X509Certificate;
  /** The only algorithm that it may be used with. */
  algorithm?: TokenAlgorithm | undefined;
}

/** Undefined: tokens cannot be signed by such a key, or not by that algorithm. */
export function createVerifyKey(key: KeyObject, { id, certificate, algorithm }: KeyFacts = {}): VerifyKey | undefined {
  const [first, ...others] = algorithmsOf(key).filter((each) => algorithm === undefined || each === algorithm);
  if (!first) return undefined;
  // Read anew from its numbers: the ids must not depend on how a file wrote the key (compressed points).
  const publicKey = createPublicKey({ key: key.export({ format: 'jwk' }), format: 'jwk' });
  const thumbprint = thumbprintOf(publicKey);
  const ids = new Set([libtrustKeyId(publicKey), thumbprint, ...(id === undefined ? [] : [id])]);
  return { publicKey, algorithms: [first, ...others], ids, thumbprint, certificate };
}
