/** The key by which our token service signs, and what it publishes about it. */
import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { thumbprintOf } from '../../app/access/tokens/key-id';
import {
  describeJwks,
  generateSigningKeyPem,
  parseSigningKey,
  type SigningKey,
} from '../../app/access/tokens/signing-key';
import { parseTokenKeys } from '../../app/access/tokens/token-keys';
import { createEcKeys, createRsaKeys, pemOf } from './hand-made-tokens';

const rsa = createRsaKeys();
const pkcs8 = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString();

function read(pem: string): SigningKey {
  const parsed = parseSigningKey(pem);
  if (parsed.kind === 'refused') throw new Error(parsed.mistake);
  return parsed.key;
}

it.each([
  ['P-256', createEcKeys('P-256'), 'ES256'],
  ['P-384', createEcKeys('P-384'), 'ES384'],
  ['P-521', createEcKeys('P-521'), 'ES512'],
  ['RSA', rsa, 'RS256'],
])('%s signs by the algorithm that belongs to it', (_kind, { privateKey, publicKey }, algorithm) => {
  const key = read(pkcs8(privateKey));

  expect(key).toMatchObject({ algorithm, id: thumbprintOf(publicKey) });
  expect(key.privateKey.equals(privateKey)).toBe(true);
  expect(key.verifyKey.publicKey.equals(publicKey)).toBe(true);
  expect(key.verifyKey.algorithms).toContain(algorithm);
});

it.each([
  ['PKCS #1', rsa.privateKey.export({ type: 'pkcs1', format: 'pem' })],
  ['SEC 1', createEcKeys().privateKey.export({ type: 'sec1', format: 'pem' })],
  [
    'the two blocks that openssl ecparam writes',
    `-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n${createEcKeys()
      .privateKey.export({ type: 'sec1', format: 'pem' })
      .toString()}`,
  ],
])('reads %s too', (_form, pem) => {
  expect(parseSigningKey(pem.toString()).kind).toBe('parsed');
});

it.each([
  ['nothing', '', 'is no PEM of a private key without a passphrase'],
  ['a public key', pemOf(rsa.publicKey), 'is no PEM of a private key without a passphrase'],
  [
    'a key with a passphrase',
    rsa.privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-128-cbc', passphrase: 'x' }).toString(),
    'is no PEM of a private key without a passphrase',
  ],
  ['a short RSA key', pkcs8(createRsaKeys(1024).privateKey), 'is a private key of another kind: EC keys of P-256'],
  ['Ed25519', pkcs8(generateKeyPairSync('ed25519').privateKey), 'is a private key of another kind: EC keys of P-256'],
])('refuses %s', (_what, pem, mistake) => {
  expect(parseSigningKey(pem)).toEqual({ kind: 'refused', mistake: expect.stringContaining(mistake) as string });
});

it('generates a new P-256 key each time', () => {
  const [one, other] = [generateSigningKeyPem(), generateSigningKeyPem()];

  expect([read(one).algorithm, one === other]).toEqual(['ES256', false]);
  expect(createPrivateKey(one).asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });
});

describe('the published keys', () => {
  const keys = [read(generateSigningKeyPem()), read(pkcs8(rsa.privateKey))];
  const published = describeJwks(keys);

  it('are public, and named by their thumbprints', () => {
    expect(published.keys.map((jwk) => Object.keys(jwk).sort())).toEqual([
      ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'],
      ['alg', 'e', 'kid', 'kty', 'n', 'use'],
    ]);
    expect(published.keys).toMatchObject([
      { kid: keys[0]?.id, alg: 'ES256', use: 'sig' },
      { kid: keys[1]?.id, alg: 'RS256', use: 'sig' },
    ]);
  });

  it('are the keys that another davit verifies by', () => {
    const parsed = parseTokenKeys(JSON.stringify(published));

    expect(parsed).toMatchObject({
      kind: 'parsed',
      warnings: [],
      keys: keys.map(({ id, algorithm }) => ({ thumbprint: id, algorithms: [algorithm] })),
    });
  });
});
