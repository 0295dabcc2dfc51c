/** Four trusted keys and one of a stranger, a verifier that trusts the four, and the headers of its tokens. */
import { libtrustKeyId } from '../../app/access/tokens/key-id';
import type { TokenVerdict } from '../../app/access/tokens/judge-token';
import { parseTokenKeys } from '../../app/access/tokens/token-keys';
import {
  createTokenVerifier,
  type TokenVerifierOptions,
  type VerifyToken,
} from '../../app/access/tokens/token-verifier';
import type { VerifyKey } from '../../app/access/tokens/verify-key';
import { createEcKeys, createRsaKeys, ISSUER, NOW_SECONDS, pemOf, SERVICE, type Header } from './hand-made-tokens';

export const [p256, p384, p521, rsa, stranger] = [
  createEcKeys('P-256'),
  createEcKeys('P-384'),
  createEcKeys('P-521'),
  createRsaKeys(),
  createEcKeys('P-256'),
];

export function readKeys(text: string): VerifyKey[] {
  const parsed = parseTokenKeys(text);
  if (parsed.kind === 'refused') throw new Error(parsed.mistakes.join('\n'));
  return parsed.keys;
}

export const allKeys = readKeys([p256, p384, p521, rsa].map(({ publicKey }) => pemOf(publicKey)).join(''));

export const createVerifier = (keys = allKeys, options: Partial<TokenVerifierOptions> = {}): VerifyToken =>
  createTokenVerifier({
    keys: () => keys,
    issuer: ISSUER,
    audience: SERVICE,
    isOwn: false,
    nowSeconds: () => NOW_SECONDS,
    ...options,
  });

export const verify = createVerifier();

/** As docker_auth and distribution 2 make it. */
export const header = (changes: Record<string, unknown> = {}): Header => ({
  typ: 'JWT',
  alg: 'ES256',
  kid: libtrustKeyId(p256.publicKey),
  ...changes,
});

export const validFor = (subject: string, ...names: string[]): TokenVerdict => ({
  kind: 'valid',
  subject,
  access: { names: new Set(names), mayReadCatalog: false },
  expiresAtSeconds: NOW_SECONDS + 900,
});

export const reasonOf = (verdict: TokenVerdict): string => (verdict.kind === 'refused' ? verdict.reason : 'valid');
