/** Which keys come out of a file of token keys, and which files are refused. */
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import * as fc from 'fast-check';
import { libtrustKeyId, thumbprintOf } from '../../app/access/tokens/key-id';
import { parseTokenKeys } from '../../app/access/tokens/token-keys';
import type { VerifyKey } from '../../app/access/tokens/verify-key';
import { createTemporaryDirectory } from '../support/temporary-directory';
import { issueCertificate } from './certificates';
import { createCertificate } from './entitlement/certificates';
import { createEcKeys, createRsaKeys, pemOf } from './hand-made-tokens';

const folder = createTemporaryDirectory();
const [p256, p384, p521, rsa] = [createEcKeys('P-256'), createEcKeys('P-384'), createEcKeys('P-521'), createRsaKeys()];
const [shortRsa, ed25519] = [createRsaKeys(1024), generateKeyPairSync('ed25519')];
const secp256k1 = createEcKeys('secp256k1');
const rsaPss = generateKeyPairSync('rsa-pss', { modulusLength: 2048 });
const jwkOf = ({ publicKey }: typeof p256): Record<string, unknown> => ({ ...publicKey.export({ format: 'jwk' }) });
const privateJwkOf = ({ privateKey }: typeof p256): Record<string, unknown> => ({
  ...privateKey.export({ format: 'jwk' }),
});

function read(text: string): { keys: VerifyKey[]; warnings: string[] } {
  const parsed = parseTokenKeys(text);
  if (parsed.kind === 'refused') throw new Error(parsed.mistakes.join('\n'));
  return parsed;
}

function mistakesOf(text: string): string[] {
  const parsed = parseTokenKeys(text);
  return parsed.kind === 'refused' ? parsed.mistakes : [];
}

const RS = ['RS256', 'RS384', 'RS512'];

describe('PEM', () => {
  it.each([
    ['P-256', p256, ['ES256']],
    ['P-384', p384, ['ES384']],
    ['P-521', p521, ['ES512']],
    ['RSA', rsa, RS],
  ])('a public key of %s', (_kind, pair, algorithms) => {
    const { keys, warnings } = read(pemOf(pair.publicKey));

    expect(warnings).toEqual([]);
    expect(keys).toHaveLength(1);
    expect(keys[0]).toMatchObject({ algorithms, certificate: undefined, thumbprint: thumbprintOf(pair.publicKey) });
    expect(keys[0]?.publicKey.equals(pair.publicKey)).toBe(true);
    expect(keys[0]?.ids).toEqual(new Set([libtrustKeyId(pair.publicKey), thumbprintOf(pair.publicKey)]));
  });

  it('an RSA PUBLIC KEY, which is PKCS #1', () => {
    const { keys } = read(rsa.publicKey.export({ type: 'pkcs1', format: 'pem' }).toString());

    expect(keys[0]?.publicKey.equals(rsa.publicKey)).toBe(true);
  });

  it('a certificate, whose key has the same names', async () => {
    const { pem, certificate } = await issueCertificate(folder, { name: 'docker_auth' });
    const { keys } = read(pem);

    expect(keys[0]?.certificate?.raw).toEqual(certificate.raw);
    expect(keys[0]?.ids).toEqual(new Set([libtrustKeyId(certificate.publicKey), thumbprintOf(certificate.publicKey)]));
  });

  it('a bundle with words between the blocks, a byte order mark and Windows lines', async () => {
    const { pem } = await issueCertificate(folder, { name: 'one' });
    const text = `\uFEFF# the keys\n${pem}\nSubject: two\n${pemOf(p256.publicKey)}${pemOf(rsa.publicKey)}# end`;

    expect(read(text).keys.map(({ algorithms }) => algorithms)).toEqual([['ES256'], ['ES256'], RS]);
    expect(read(text.replaceAll('\n', '\r\n')).keys).toHaveLength(3);
  });

  it('a whole chain: the certificate of the service only', async () => {
    const root = await issueCertificate(folder, { name: 'root', isAuthority: true });
    const authority = await issueCertificate(folder, { name: 'authority', issuer: root, isAuthority: true });
    const service = await issueCertificate(folder, { name: 'service', issuer: authority });
    const { keys, warnings } = read(service.pem + authority.pem + root.pem);

    expect(keys.map(({ certificate }) => certificate?.subject)).toEqual(['CN=service']);
    const reason = 'it has issued a certificate before it; only that of the service belongs here';
    expect(warnings).toEqual([2, 3].map((block) => `block ${block} (CERTIFICATE) is left out: ${reason}`));
  });

  it('the certificate of an authority, with a warning', async () => {
    const root = await issueCertificate(folder, { name: 'root', isAuthority: true });
    const authority = await issueCertificate(folder, { name: 'authority', issuer: root, isAuthority: true });
    const { keys, warnings } = read(root.pem + authority.pem);

    expect(keys.map(({ certificate }) => certificate?.subject)).toEqual(['CN=root', 'CN=authority']);
    const reason = 'is that of an authority: certificates that it issued may sign tokens, too';
    expect(warnings).toEqual([1, 2].map((block) => `block ${block} (CERTIFICATE) ${reason}`));
  });

  it('a renewed certificate beside the old one of the same key', async () => {
    const [old, renewed] = [await createCertificate(undefined), await createCertificate(undefined, undefined, '02')];
    const { keys, warnings } = read([old, renewed].map((der) => new X509Certificate(der).toString()).join(''));

    expect(keys).toHaveLength(2);
    expect(warnings).toEqual([]);
  });

  it('a key with a compressed point has the names of the same key in full', () => {
    const full = `-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAExO9VgKLSnDzMxWCTIQZ028KvPaVA
ptiXnFcPzRh0tVijFjkU+4pdGu4ZRygQ/5mpzNKUxPQ6jE8T8WdBdglGsQ==
-----END PUBLIC KEY-----`;
    const compressed = `-----BEGIN PUBLIC KEY-----
MDkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDIgADxO9VgKLSnDzMxWCTIQZ028KvPaVA
ptiXnFcPzRh0tVg=
-----END PUBLIC KEY-----`;

    expect(read(compressed).keys[0]?.ids).toEqual(read(full).keys[0]?.ids);
    expect(read(full).keys[0]?.ids).toContain('CIFH:DA3D:MTU2:2TNW:SOBV:DFZJ:3N6N:EDIL:CNKX:3CPU:TDXH:UQNR');
  });

  it('leaves out what no token is signed by', () => {
    const { keys, warnings } = read(
      [shortRsa, ed25519, secp256k1, rsaPss, p256].map(({ publicKey }) => pemOf(publicKey)).join('\n'),
    );

    expect(keys.map(({ algorithms }) => algorithms)).toEqual([['ES256']]);
    expect(warnings).toEqual([
      expect.stringContaining('block 1 (PUBLIC KEY) is left out: it is a key of the kind rsa 1024; EC keys of P-256'),
      expect.stringContaining('block 2 (PUBLIC KEY) is left out: it is a key of the kind ed25519;'),
      expect.stringContaining('block 3 (PUBLIC KEY) is left out: it is a key of the kind ec secp256k1;'),
      expect.stringContaining('block 4 (PUBLIC KEY) is left out: it is a key of the kind rsa-pss 2048;'),
    ]);
  });

  it.each([
    ['nothing', '', ['holds neither PEM blocks nor JSON', 'holds no key that can be used']],
    ['words', 'ssh-rsa AAAA', ['holds neither PEM blocks nor JSON', 'holds no key that can be used']],
    [
      'a key of no use alone',
      pemOf(ed25519.publicKey),
      [expect.stringContaining('ed25519'), 'holds no key that can be used'],
    ],
    [
      'a private key',
      p256.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      ['block 1 (PRIVATE KEY) is a private key: only its public part belongs here'],
    ],
    [
      'an RSA private key behind a good key',
      pemOf(p256.publicKey) + rsa.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
      ['block 2 (RSA PRIVATE KEY) is a private key: only its public part belongs here'],
    ],
    [
      'an encrypted private key',
      rsa.privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-128-cbc', passphrase: 'x' }).toString(),
      ['block 1 (ENCRYPTED PRIVATE KEY) is a private key: only its public part belongs here'],
    ],
    [
      'another kind of block',
      '-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----',
      ['block 1 (CERTIFICATE REQUEST) is neither a CERTIFICATE nor a PUBLIC KEY'],
    ],
    [
      'a broken certificate',
      '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----',
      ['block 1 (CERTIFICATE) cannot be read'],
    ],
    [
      'a broken key',
      '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----',
      ['block 1 (PUBLIC KEY) cannot be read'],
    ],
    [
      'a block without an end',
      pemOf(p256.publicKey) + pemOf(rsa.publicKey).slice(0, 80),
      ['holds a PEM block that is broken or has no end'],
    ],
    [
      'a block that ends as another',
      pemOf(p256.publicKey).replace('END PUBLIC', 'END RSA PUBLIC'),
      ['holds a PEM block that is broken or has no end'],
    ],
  ])('refuses %s', (_what, text, mistakes) => {
    expect(mistakesOf(text)).toEqual(mistakes);
  });

  it('refuses a certificate with a key of an unknown kind', async () => {
    const { certificate } = await issueCertificate(folder, { name: 'odd' });
    // id-ecPublicKey becomes an algorithm that nobody knows.
    const der = Buffer.from(certificate.raw.toString('hex').replace('2a8648ce3d0201', '2a8648ce3d027f'), 'hex');
    const pem = `-----BEGIN CERTIFICATE-----\n${der.toString('base64')}\n-----END CERTIFICATE-----`;

    expect(mistakesOf(pem)).toEqual(['block 1 (CERTIFICATE) cannot be read']);
  });
});

describe('JSON', () => {
  it('a set, whose kids are names beside the two others', () => {
    const { keys, warnings } = read(
      JSON.stringify({ keys: [{ ...jwkOf(p256), kid: '../2026', use: 'sig', alg: 'ES256' }, jwkOf(rsa)] }),
    );

    expect(warnings).toEqual([]);
    expect(keys.map(({ algorithms }) => algorithms)).toEqual([['ES256'], RS]);
    expect(keys[0]?.ids).toEqual(new Set(['../2026', libtrustKeyId(p256.publicKey), thumbprintOf(p256.publicKey)]));
  });

  it('one key alone', () => {
    expect(read(` \n${JSON.stringify({ ...jwkOf(p521), key_ops: ['verify'] }, null, 2)}`).keys).toMatchObject([
      { algorithms: ['ES512'], thumbprint: thumbprintOf(p521.publicKey) },
    ]);
  });

  it('alg narrows what a key is for', () => {
    expect(read(JSON.stringify({ ...jwkOf(rsa), alg: 'RS384' })).keys).toMatchObject([{ algorithms: ['RS384'] }]);
  });

  it('leaves out keys for other purposes', () => {
    const others = [
      { ...jwkOf(rsa), use: 'enc' },
      { ...jwkOf(rsa), key_ops: ['encrypt'] },
      { ...jwkOf(rsa), alg: 'RSA-OAEP' },
      { ...jwkOf(rsa), alg: 'PS256' },
      { ...jwkOf(rsa), alg: 'ES256' },
      { ...jwkOf(p256), alg: 'ES384' },
      { kty: 'OKP', crv: 'Ed25519', x: 'AAAA' },
      {},
      jwkOf(shortRsa),
    ];
    const { keys, warnings } = read(JSON.stringify({ keys: [...others, jwkOf(p384)] }));

    expect(keys).toMatchObject([{ thumbprint: thumbprintOf(p384.publicKey) }]);
    expect(warnings).toEqual([
      '/keys/0 is left out: its use is "enc"',
      '/keys/1 is left out: its key_ops are ["encrypt"]',
      '/keys/2 is left out: its alg is "RSA-OAEP"',
      '/keys/3 is left out: its alg is "PS256"',
      '/keys/4 is left out: it is a key of the kind rsa 2048; its alg is ES256',
      '/keys/5 is left out: it is a key of the kind ec prime256v1; its alg is ES384',
      '/keys/6 is left out: its kty is "OKP"',
      '/keys/7 is left out: its kty is nothing',
      expect.stringContaining('/keys/8 is left out: it is a key of the kind rsa 1024; EC keys of P-256'),
    ]);
  });

  const offCurve = { ...jwkOf(p256), x: jwkOf(p256)['y'] };

  it.each([
    ['half a set', '{"keys":[', ['is not JSON']],
    ['a list', JSON.stringify([jwkOf(p256)]), ['is neither a JSON Web Key Set nor a JSON Web Key']],
    ['another object', '{"key":"x"}', ['is neither a JSON Web Key Set nor a JSON Web Key']],
    ['keys that are no list', '{"keys":{}}', ['is neither a JSON Web Key Set nor a JSON Web Key']],
    ['an empty set', '{"keys":[]}', ['holds no key that can be used']],
    ['keys that are no objects', '{"keys":[null,"x"]}', ['/keys/0 is no JSON object', '/keys/1 is no JSON object']],
    [
      'a private EC key',
      JSON.stringify(privateJwkOf(p256)),
      ['the key is a private key: only its public part belongs here'],
    ],
    [
      'a private RSA key beside a good key',
      JSON.stringify({ keys: [jwkOf(p256), privateJwkOf(rsa)] }),
      ['/keys/1 is a private key: only its public part belongs here'],
    ],
    [
      'a private key of a kind that is not used',
      JSON.stringify({ ...ed25519.privateKey.export({ format: 'jwk' }) }),
      ['the key is a private key: only its public part belongs here'],
    ],
    [
      'a symmetric key',
      '{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}',
      ['/keys/0 is a symmetric key (oct): who can read it can sign by it'],
    ],
    ['a kid that is no text', JSON.stringify({ ...jwkOf(p256), kid: 5 }), ['the key has a kid that is no text']],
    ['a point that is not on the curve', JSON.stringify(offCurve), ['the key cannot be read']],
    ['a key without its numbers', '{"kty":"RSA"}', ['the key cannot be read']],
    ['a curve that nobody knows', JSON.stringify({ ...jwkOf(p256), crv: 'P-1' }), ['the key cannot be read']],
  ])('refuses %s', (_what, text, mistakes) => {
    expect(mistakesOf(text)).toEqual(mistakes);
  });

  it('never repeats a part of a private key', () => {
    const { d } = privateJwkOf(p256);

    expect(mistakesOf(JSON.stringify(privateJwkOf(p256)).slice(0, -1)).join()).not.toContain(String(d).slice(0, 6));
    expect(mistakesOf(JSON.stringify(privateJwkOf(p256))).join()).not.toContain(String(d).slice(0, 6));
  });
});

describe('whatever the file', () => {
  const pems = [
    pemOf(p256.publicKey),
    pemOf(ed25519.publicKey),
    '-----BEGIN CERTIFICATE-----',
    '-----END PUBLIC KEY-----',
  ];
  const jwks = fc.record(
    {
      kty: fc.constantFrom<unknown>('EC', 'RSA', 'oct', 'OKP', 5),
      kid: fc.jsonValue(),
      use: fc.constantFrom<unknown>('sig', 'enc', null),
      alg: fc.constantFrom<unknown>('ES256', 'none', 'HS256', {}),
      crv: fc.constantFrom<unknown>('P-256', '', null),
      x: fc.constantFrom<unknown>(jwkOf(p256)['x'], 'AAAA', 7),
      y: fc.constantFrom<unknown>(jwkOf(p256)['y'], [], ''),
      n: fc.constantFrom<unknown>(jwkOf(rsa)['n'], '', {}),
      e: fc.constantFrom<unknown>('AQAB', '', 'AA', null),
      key_ops: fc.jsonValue(),
      d: fc.jsonValue(),
    },
    { requiredKeys: ['kty'] },
  );
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(fc.oneof(fc.constantFrom(...pems), fc.string()), { maxLength: 5 }).map((parts) => parts.join('\n')),
    fc
      .oneof(jwks, fc.record({ keys: fc.array(fc.oneof(jwks, fc.jsonValue())) }), fc.jsonValue())
      .map((document) => JSON.stringify(document)),
  );

  it('keys come out, or mistakes, never a private key', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const parsed = parseTokenKeys(text);
        return parsed.kind === 'refused'
          ? parsed.mistakes.length > 0
          : parsed.keys.length > 0 && parsed.keys.every(({ publicKey }) => publicKey.type === 'public');
      }),
      { numRuns: 500 },
    );
  });
});
