/** Tokens of other services: which are valid, what they grant, and how long that is remembered. */
import { libtrustKeyId, thumbprintOf } from '../../app/access/tokens/key-id';
import type { TokenVerdict } from '../../app/access/tokens/judge-token';
import { createTokenVerifier } from '../../app/access/tokens/token-verifier';
import { createVerifyKey, type VerifyKey } from '../../app/access/tokens/verify-key';
import { createClaims, ISSUER, NOW_SECONDS, pemOf, SERVICE, signByHand, type Header } from './hand-made-tokens';
import {
  allKeys,
  createVerifier,
  header,
  p256,
  p384,
  p521,
  readKeys,
  reasonOf,
  rsa,
  stranger,
  validFor,
  verify,
} from './verifying';

describe('tokens of other services', () => {
  it.each<[what: string, header: Header, pair: typeof p256]>([
    ['ES256 with a libtrust id (docker_auth)', header(), p256],
    ['ES384', header({ alg: 'ES384', kid: libtrustKeyId(p384.publicKey) }), p384],
    ['ES512', header({ alg: 'ES512', kid: libtrustKeyId(p521.publicKey) }), p521],
    ['RS256 with a libtrust id (GitLab, Harbor)', header({ alg: 'RS256', kid: libtrustKeyId(rsa.publicKey) }), rsa],
    ['RS384', header({ alg: 'RS384', kid: libtrustKeyId(rsa.publicKey) }), rsa],
    ['RS512', header({ alg: 'RS512', kid: libtrustKeyId(rsa.publicKey) }), rsa],
    ['a thumbprint (distribution 3)', header({ kid: thumbprintOf(p256.publicKey) }), p256],
    ['no kid, and one key for the algorithm', { typ: 'JWT', alg: 'ES384' }, p384],
    ['no typ', { alg: 'ES256', kid: thumbprintOf(p256.publicKey) }, p256],
    ['a jwk that is a trusted key', { alg: 'RS256', jwk: rsa.publicKey.export({ format: 'jwk' }) }, rsa],
    [
      'a jwk, with a kid that nobody knows',
      header({ kid: 'x', jwk: { ...p256.publicKey.export({ format: 'jwk' }), use: 'sig', kid: 'x' } }),
      p256,
    ],
  ])('%s', async (_what, ownHeader, { privateKey }) => {
    expect(await verify(signByHand(ownHeader, createClaims(), privateKey))).toEqual(validFor('alice', 'demo/hello'));
  });

  it('a kid of a JSON Web Key Set, even one with path characters', async () => {
    const kid = '../../etc/keys\n/2026';
    const keys = readKeys(JSON.stringify({ keys: [{ ...p256.publicKey.export({ format: 'jwk' }), kid }] }));
    const token = signByHand(header({ kid }), createClaims(), p256.privateKey);

    expect(await createVerifier(keys)(token)).toEqual(validFor('alice', 'demo/hello'));
  });

  it('one kid for two keys, told apart by the algorithm', async () => {
    const keys = readKeys(
      JSON.stringify({
        keys: [rsa, p256].map(({ publicKey }) => ({ ...publicKey.export({ format: 'jwk' }), kid: 'k' })),
      }),
    );
    const verifyOne = createVerifier(keys);

    expect(await verifyOne(signByHand({ alg: 'ES256', kid: 'k' }, createClaims(), p256.privateKey))).toEqual(
      validFor('alice', 'demo/hello'),
    );
    expect(reasonOf(await verifyOne(signByHand({ alg: 'ES384', kid: 'k' }, createClaims(), p384.privateKey)))).toBe(
      'uses the algorithm ES384, which its key is not for: kid "k"',
    );
  });

  it.each<[what: string, changes: Record<string, unknown>, expected: TokenVerdict]>([
    ['an audience among several', { aud: ['other', SERVICE] }, validFor('alice', 'demo/hello')],
    ['an anonymous subject', { sub: '' }, validFor('', 'demo/hello')],
    ['no subject', { sub: undefined }, validFor('', 'demo/hello')],
    ['a subject that is no text', { sub: 5 }, validFor('', 'demo/hello')],
    ['no access (docker login)', { access: undefined }, validFor('alice')],
    ['an empty access', { access: [] }, validFor('alice')],
    ['an access of another shape', { access: 'all' }, validFor('alice')],
    ['no iat, nbf and jti', { iat: undefined, nbf: undefined, jti: undefined }, validFor('alice', 'demo/hello')],
    [
      'the catalog',
      { access: [{ type: 'registry', name: 'catalog', actions: ['*'] }] },
      { ...validFor('alice'), access: { names: new Set(), mayReadCatalog: true } } as TokenVerdict,
    ],
    ['nbf within the leeway', { nbf: NOW_SECONDS + 60 }, validFor('alice', 'demo/hello')],
    [
      'exp within the leeway',
      { exp: NOW_SECONDS - 59 },
      { ...validFor('alice', 'demo/hello'), expiresAtSeconds: NOW_SECONDS - 59 } as TokenVerdict,
    ],
  ])('%s', async (_what, changes, expected) => {
    expect(await verify(signByHand(header(), createClaims(changes), p256.privateKey))).toEqual(expected);
  });
});

describe('what is remembered', () => {
  it('is forgotten when the keys change', async () => {
    const [token, other] = [p256, stranger].map(({ privateKey }) =>
      signByHand({ alg: 'ES256' }, createClaims(), privateKey),
    ) as [string, string];
    const [before, after] = [p256, stranger].map(({ publicKey }) => readKeys(pemOf(publicKey))) as [
      VerifyKey[],
      VerifyKey[],
    ];
    let keys = before;
    const verifyChanging = createTokenVerifier({
      keys: () => keys,
      issuer: ISSUER,
      audience: SERVICE,
      isOwn: false,
      nowSeconds: () => NOW_SECONDS,
    });

    expect([(await verifyChanging(token)).kind, (await verifyChanging(other)).kind]).toEqual(['valid', 'refused']);

    const underWay = verifyChanging(token);
    keys = after;

    expect([(await verifyChanging(token)).kind, (await verifyChanging(other)).kind]).toEqual(['refused', 'valid']);

    await underWay;

    expect((await verifyChanging(token)).kind).toBe('refused');
  });

  it('spares a pull of many layers its signatures', async () => {
    const [key] = readKeys(pemOf(p256.publicKey));
    let lookedAt = 0;
    const counting = [
      {
        ...key,
        get publicKey() {
          lookedAt++;
          return p256.publicKey;
        },
      },
    ] as VerifyKey[];
    const verifyCounting = createVerifier(counting);
    const token = signByHand(header(), createClaims(), p256.privateKey);
    const verdicts = await Promise.all(Array.from({ length: 50 }, () => verifyCounting(token)));
    verdicts.push(await verifyCounting(token));

    expect(lookedAt).toBe(1);
    expect(new Set(verdicts)).toEqual(new Set([validFor('alice', 'demo/hello')]));
  });

  it('lasts until the token expires', async () => {
    let nowSeconds = NOW_SECONDS;
    const verifyLater = createVerifier(allKeys, { nowSeconds: () => nowSeconds });
    const token = signByHand(header(), createClaims(), p256.privateKey);
    const kinds: string[] = [];
    for (nowSeconds of [NOW_SECONDS, NOW_SECONDS + 899, NOW_SECONDS + 900, NOW_SECONDS + 959, NOW_SECONDS + 960]) {
      kinds.push((await verifyLater(token)).kind);
    }

    expect(kinds).toEqual(['valid', 'valid', 'valid', 'valid', 'refused']);
  });
});

it('reads the clock of the machine when no other is given', async () => {
  const options = { keys: () => allKeys, issuer: ISSUER, audience: SERVICE, isOwn: false };
  const exp = Math.floor(Date.now() / 1000) + 900;

  expect(
    await createTokenVerifier(options)(signByHand(header(), createClaims({ exp }), p256.privateKey)),
  ).toMatchObject({ kind: 'valid', expiresAtSeconds: exp });
});

it('throws with its cause when the key itself is of no use', async () => {
  const key = createVerifyKey(p256.publicKey) as VerifyKey;
  const wrong: VerifyKey = { ...key, publicKey: rsa.publicKey };

  await expect(createVerifier([wrong])(signByHand(header(), createClaims(), p256.privateKey))).rejects.toMatchObject({
    message: 'the signature of a token cannot be verified',
    cause: expect.any(TypeError) as unknown,
  });
});
