/**
 * Makes the tokens of our own token service.
 *
 *     {"typ":"JWT","alg":"ES256","kid":"<RFC 7638 thumbprint>"}
 *     {"iss":"…","sub":"alice","aud":"…","exp":…,"nbf":…,"iat":…,"jti":"<random>","access":[…]}
 *
 * Source: docker token authentication, "Token Authentication Implementation"; RFC 7519.
 */
import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import { readClockSeconds } from '../clock';
import type { SigningKey } from './signing-key';
import { formatAccessClaim, type TokenAccess } from './token-claims';

export interface TokenSignerOptions {
  /** The first signs; the others are still verified and published, which is no business of the signer. */
  keys: readonly [SigningKey, ...SigningKey[]];
  issuer: string;
  /** The `service` of the challenge. */
  audience: string;
  ttlSeconds: number;
  nowSeconds?: () => number;
}

export interface Grant {
  /** The user; empty: anonymous. */
  subject: string;
  access: TokenAccess;
}

export interface IssuedToken {
  token: string;
  expiresInSeconds: number;
  issuedAt: Date;
}

export type SignToken = (grant: Grant) => Promise<IssuedToken>;

/** Registries whose clock is a little behind accept a new token at once. */
const BACKDATED_SECONDS = 10;

export function createTokenSigner(options: TokenSignerOptions): SignToken {
  const { keys, issuer, audience, ttlSeconds, nowSeconds = readClockSeconds } = options;
  const [{ privateKey, algorithm, id }] = keys;
  return async ({ subject, access }) => {
    const issuedAtSeconds = nowSeconds();
    const claims = {
      iss: issuer,
      sub: subject,
      aud: audience,
      exp: issuedAtSeconds + ttlSeconds,
      nbf: issuedAtSeconds - BACKDATED_SECONDS,
      iat: issuedAtSeconds,
      jti: randomUUID(),
      access: formatAccessClaim(access),
    };
    const token = await new SignJWT(claims)
      .setProtectedHeader({ typ: 'JWT', alg: algorithm, kid: id })
      .sign(privateKey);
    return { token, expiresInSeconds: ttlSeconds, issuedAt: new Date(issuedAtSeconds * 1000) };
  };
}
