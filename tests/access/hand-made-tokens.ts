/** Tokens as somebody else makes them: by node:crypto alone, with whatever header and claims. */
import { createHmac, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';

export interface KeyPair {
  publicKey: KeyObject;
  privateKey: KeyObject;
}

export const createEcKeys = (namedCurve = 'P-256'): KeyPair => generateKeyPairSync('ec', { namedCurve });
export const createRsaKeys = (modulusLength = 2048): KeyPair => generateKeyPairSync('rsa', { modulusLength });

export const pemOf = (publicKey: KeyObject): string => publicKey.export({ type: 'spki', format: 'pem' }).toString();

export const encodePart = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

export type Header = Record<string, unknown> & { alg?: unknown };

/** By the algorithm that the header names; `none` is signed by nothing. A text is taken as it is, not as JSON. */
export function signByHand(header: Header, claims: unknown, key: KeyObject | string): string {
  const signed = `${encodePart(header)}.${encodePart(claims)}`;
  return `${signed}.${signText(String(header.alg), signed, key)}`;
}

function signText(algorithm: string, text: string, key: KeyObject | string): string {
  const digest = `sha${algorithm.slice(2)}`;
  if (typeof key === 'string') return createHmac(digest, key).update(text).digest('base64url');
  return sign(digest, Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url');
}

export const ISSUER = 'auth.example.com';
export const SERVICE = 'registry.example.com';

/** 2026-01-01T00:00:00Z. */
export const NOW_SECONDS = 1_767_225_600;

/** What docker_auth puts into a token for one repository. */
export const createClaims = (changes: Record<string, unknown> = {}): Record<string, unknown> => ({
  iss: ISSUER,
  sub: 'alice',
  aud: SERVICE,
  exp: NOW_SECONDS + 900,
  nbf: NOW_SECONDS - 10,
  iat: NOW_SECONDS,
  jti: '8674665223082153551',
  access: [{ type: 'repository', name: 'demo/hello', actions: ['pull'] }],
  ...changes,
});
