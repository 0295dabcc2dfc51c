/**
 * Verifies a token (a signed JSON Web Token in compact form) as distribution does, and reads what it grants.
 *
 *     <header>.<claims>.<signature>     each base64url
 *
 * The key is a trusted one (find-token-key.ts), the algorithm on the allow list and one of the key's; `iss` and `aud` must
 * match, `aud` may be a list; `exp` is required, `exp` and `nbf` have 60 seconds of leeway.
 * Source: docker token authentication, "Verifying the token"; RFC 7519; RFC 8725.
 */
import { decodeProtectedHeader, errors, jwtVerify, type JWTPayload } from 'jose';
import { findTokenKey, type TokenHeader, type TrustedKeys } from './find-token-key';
import { isTokenAlgorithm, TOKEN_ALGORITHMS } from './key-algorithms';
import { quote, quoteTime } from '../quote';
import { parseAccessClaim, type TokenAccess } from './token-claims';

export interface ValidToken {
  kind: 'valid';
  /** The user; empty: anonymous. */
  subject: string;
  access: TokenAccess;
  expiresAtSeconds: number;
}

/** `reason`: for the log; completes "the token …"; never the token or a part of its signature. */
export type TokenVerdict = ValidToken | { kind: 'refused'; reason: string };

export interface ExpectedToken extends TrustedKeys {
  issuer: string;
  audience: string;
}

export const refuseToken = (reason: string): TokenVerdict => ({ kind: 'refused', reason });

const LEEWAY_SECONDS = 60;

const COMPACT_FORM = /^[\w-]+\.[\w-]+\.([\w-]+)$/;

export async function judgeToken(token: string, expected: ExpectedToken, nowSeconds: number): Promise<TokenVerdict> {
  const header = parseHeader(token);
  if (!header) return refuseToken('is no signed JSON Web Token');
  const { alg, kid } = header;
  if (!isTokenAlgorithm(alg)) {
    return refuseToken(`uses the algorithm ${quote(alg)}; allowed are ${TOKEN_ALGORITHMS.join(', ')}`);
  }
  const found = findTokenKey(header, alg, expected, nowSeconds);
  if (found.kind === 'refused') return refuseToken(found.reason);
  try {
    const { payload } = await jwtVerify(token, found.key.publicKey, {
      algorithms: [...found.key.algorithms],
      // As lists: an empty text would switch the check off.
      issuer: [expected.issuer],
      audience: [expected.audience],
      requiredClaims: ['exp'],
      clockTolerance: LEEWAY_SECONDS,
      currentDate: new Date(nowSeconds * 1000),
    });
    return describePayload(payload);
  } catch (error) {
    if (error instanceof errors.JOSEError) return refuseToken(explain(error, expected, kid));
    throw new Error('the signature of a token cannot be verified', { cause: error });
  }
}

/** Undefined: no token at all, or one whose last character could be another one with the same meaning. */
function parseHeader(token: string): TokenHeader | undefined {
  const signature = COMPACT_FORM.exec(token)?.[1];
  if (signature === undefined || Buffer.from(signature, 'base64url').toString('base64url') !== signature)
    return undefined;
  try {
    return decodeProtectedHeader(token);
  } catch {
    return undefined;
  }
}

const describePayload = ({ sub, exp, access }: JWTPayload & { access?: unknown }): ValidToken => ({
  kind: 'valid',
  subject: typeof sub === 'string' ? sub : '',
  access: parseAccessClaim(access),
  expiresAtSeconds: exp as number,
});

function explain(error: errors.JOSEError, { issuer, audience }: ExpectedToken, kid: unknown): string {
  if (error instanceof errors.JWSSignatureVerificationFailed) {
    return `has a signature that its key did not make: kid ${quote(kid)}`;
  }
  if (error instanceof errors.JWTExpired) return `expired at ${quoteTime(error.payload.exp as number)}`;
  if (!(error instanceof errors.JWTClaimValidationFailed)) return `is malformed: ${quote(error.message)}`;
  const { claim, reason, payload } = error;
  if (claim === 'iss') return `has iss ${quote(payload.iss)}, expected is ${quote(issuer)}`;
  if (claim === 'aud') return `has aud ${quote(payload.aud)}, expected is ${quote(audience)}`;
  if (claim === 'nbf' && reason === 'check_failed') return `is valid from ${quoteTime(payload.nbf as number)} only`;
  return `has ${claim} ${quote(payload[claim])}, expected is a number`;
}
