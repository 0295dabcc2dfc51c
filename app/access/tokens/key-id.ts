/**
 * The two names that a public key has by itself, which a token may carry as `kid`.
 *
 *     PYYO:TEWU:V7JH:26JV:AQTZ:LJC3:SXVJ:XGHA:34F2:2LAQ:ZRMK:Z7Q6     libtrust: docker_auth, distribution 2
 *     NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs                     RFC 7638: distribution 3, JSON Web Key Sets
 *
 * libtrust: base32 of the first 30 bytes of the SHA-256 of the SubjectPublicKeyInfo. RFC 7638: base64url of the SHA-256
 * of the required members of the JWK, sorted, without spaces. Pure.
 */
import { createHash, type KeyObject } from 'node:crypto';

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** 30 bytes are 48 digits of base32. */
const ID_BYTES = 30;
const ID_DIGITS = 48;

/** `publicKey`: of any kind that has a SubjectPublicKeyInfo. */
export function libtrustKeyId(publicKey: KeyObject): string {
  const hash = createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest()
    .subarray(0, ID_BYTES);
  const digits = BigInt(`0x${hash.toString('hex')}`)
    .toString(32)
    .padStart(ID_DIGITS, '0');
  return digits
    .replace(/./g, (digit) => BASE32.charAt(parseInt(digit, 32)))
    .replace(/.{4}(?=.)/g, (group) => `${group}:`);
}

/** `publicKey`: EC or RSA. */
export const thumbprintOf = (publicKey: KeyObject): string =>
  jwkThumbprint(publicKey.export({ format: 'jwk' })) as string;

/** `jwk`: any JSON; undefined: no public EC or RSA key. */
export function jwkThumbprint(jwk: object): string | undefined {
  const { kty, crv, x, y, e, n } = jwk as Record<string, unknown>;
  const required = kty === 'EC' ? { crv, kty, x, y } : kty === 'RSA' ? { e, kty, n } : {};
  const values = Object.values(required);
  if (values.length === 0 || !values.every((value) => typeof value === 'string')) return undefined;
  return createHash('sha256').update(JSON.stringify(required)).digest('base64url');
}
