/** The names of public keys, as other programs compute them. */
import { createHash, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { calculateJwkThumbprint, type JWK } from 'jose';
import { jwkThumbprint, libtrustKeyId, thumbprintOf } from '../../app/access/tokens/key-id';
import { createEcKeys, createRsaKeys } from './hand-made-tokens';

/** Its libtrust id was computed by openssl, head and base32. */
const KNOWN_KEY = `-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAExO9VgKLSnDzMxWCTIQZ028KvPaVA
ptiXnFcPzRh0tVijFjkU+4pdGu4ZRygQ/5mpzNKUxPQ6jE8T8WdBdglGsQ==
-----END PUBLIC KEY-----`;

/** RFC 7638 section 3.1. */
const EXAMPLE_KEY = {
  kty: 'RSA',
  n: [
    '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknj',
    'hMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQ',
    'vRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzK',
    'nqDKgw',
  ].join(''),
  e: 'AQAB',
  alg: 'RS256',
  kid: '2011-04-29',
};

it('libtrust ids are those of docker_auth and distribution 2', () => {
  expect(libtrustKeyId(createPublicKey(KNOWN_KEY))).toBe('CIFH:DA3D:MTU2:2TNW:SOBV:DFZJ:3N6N:EDIL:CNKX:3CPU:TDXH:UQNR');
});

const kinds = [
  ['P-256', createEcKeys('P-256').publicKey],
  ['P-384', createEcKeys('P-384').publicKey],
  ['P-521', createEcKeys('P-521').publicKey],
  ['RSA', createRsaKeys().publicKey],
] as const;

it.each([...kinds, ['Ed25519', generateKeyPairSync('ed25519').publicKey] as const])(
  'a libtrust id of %s holds the first 30 bytes of the hash',
  (_kind, key) => {
    const id = libtrustKeyId(key);
    const bits = Array.from(id.replaceAll(':', ''), (digit) =>
      'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(digit).toString(2).padStart(5, '0'),
    );
    const bytes = bits.join('').match(/.{8}/g) ?? [];
    const hash = createHash('sha256')
      .update(key.export({ type: 'spki', format: 'der' }))
      .digest('hex');

    expect(id).toMatch(/^(?:[A-Z2-7]{4}:){11}[A-Z2-7]{4}$/);
    expect(bytes.map((byte) => parseInt(byte, 2).toString(16).padStart(2, '0')).join('')).toBe(hash.slice(0, 60));
  },
);

it('a hash that begins with zeros keeps its length', () => {
  const key = { export: () => Buffer.from('164') } as never;
  const ids = Array.from({ length: 200 }, (_, index) =>
    libtrustKeyId({ export: () => Buffer.from(String(index)) } as never),
  );

  expect(libtrustKeyId(key)).toHaveLength(59);
  expect(ids.every((id) => id.length === 59)).toBe(true);
  expect(ids.some((id) => id.startsWith('A'))).toBe(true);
});

it('the thumbprint of the example of RFC 7638', () => {
  expect(jwkThumbprint(EXAMPLE_KEY)).toBe('NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs');
});

it.each(kinds)('the thumbprint of %s is that of jose', async (_kind, key) => {
  const jwk = key.export({ format: 'jwk' });

  expect(thumbprintOf(key)).toBe(await calculateJwkThumbprint(jwk as JWK));
  expect(jwkThumbprint({ ...jwk, kid: 'x', use: 'sig', d: 'secret' })).toBe(thumbprintOf(key));
});

it.each([
  ['nothing', {}],
  ['a list', []],
  ['a symmetric key', { kty: 'oct', k: 'AAAA' }],
  ['another curve family', { kty: 'OKP', crv: 'Ed25519', x: 'AAAA' }],
  ['a missing member', { kty: 'EC', crv: 'P-256', x: 'AAAA' }],
  ['a member that is no text', { kty: 'RSA', e: 'AQAB', n: 5 }],
])('%s has no thumbprint', (_what, jwk) => {
  expect(jwkThumbprint(jwk)).toBeUndefined();
});
