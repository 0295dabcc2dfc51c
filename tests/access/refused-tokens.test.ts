/** Tokens that are refused, and what the log says about them. */
import { libtrustKeyId, thumbprintOf } from '../../app/access/tokens/key-id';
import type { VerifyKey } from '../../app/access/tokens/verify-key';
import {
  createClaims,
  encodePart,
  ISSUER,
  NOW_SECONDS,
  pemOf,
  SERVICE,
  signByHand,
  type Header,
} from './hand-made-tokens';
import { allKeys, createVerifier, header, p256, p384, readKeys, reasonOf, rsa, stranger, verify } from './verifying';

describe('refuses, and says why', () => {
  it.each<[what: string, changes: Record<string, unknown>, reason: string]>([
    ['another issuer', { iss: 'evil' }, `has iss "evil", expected is "${ISSUER}"`],
    ['an issuer that begins alike', { iss: `${ISSUER}.evil` }, `has iss "${ISSUER}.evil", expected is "${ISSUER}"`],
    ['a list of issuers', { iss: [ISSUER] }, `has iss ["${ISSUER}"], expected is "${ISSUER}"`],
    ['no issuer', { iss: undefined }, `has iss nothing, expected is "${ISSUER}"`],
    ['another audience', { aud: 'other' }, `has aud "other", expected is "${SERVICE}"`],
    ['other audiences', { aud: ['a', 'b'] }, `has aud ["a","b"], expected is "${SERVICE}"`],
    ['no audience', { aud: undefined }, `has aud nothing, expected is "${SERVICE}"`],
    ['an audience of another kind', { aud: { [SERVICE]: 1 } }, `has aud {"${SERVICE}":1}, expected is "${SERVICE}"`],
    ['expired', { exp: NOW_SECONDS - 60 }, 'expired at 2025-12-31T23:59:00.000Z'],
    ['expired before there was time', { exp: -1e300 }, 'expired at -1e+300'],
    ['no expiry', { exp: undefined }, 'has exp nothing, expected is a number'],
    ['an expiry of null', { exp: null }, 'has exp null, expected is a number'],
    ['an expiry that is a text', { exp: '9999999999' }, 'has exp "9999999999", expected is a number'],
    ['future', { nbf: NOW_SECONDS + 61 }, 'is valid from 2026-01-01T00:01:01.000Z only'],
    ['valid never', { nbf: 1e300 }, 'is valid from 1e+300 only'],
    ['nbf of another kind', { nbf: 'now' }, 'has nbf "now", expected is a number'],
    ['iat of another kind', { iat: 'now' }, 'has iat "now", expected is a number'],
  ])('claims: %s', async (_what, changes, reason) => {
    expect(await verify(signByHand(header(), createClaims(changes), p256.privateKey))).toEqual({
      kind: 'refused',
      reason,
    });
  });

  it.each([
    ['a list', []],
    ['null', null],
    ['a number', 5],
    ['no JSON', '{"iss":'],
  ])('claims that are %s', async (_what, claims) => {
    expect(reasonOf(await verify(signByHand(header(), claims, p256.privateKey)))).toBe(
      'is malformed: "JWT Claims Set must be a top-level JSON object"',
    );
  });

  const place = 'is signed by a key that is not in token_keys:';

  it.each<[what: string, header: Header, reason: string]>([
    ['a kid that nobody knows', header({ kid: 'PYYO:TEWU' }), `${place} kid "PYYO:TEWU"`],
    ['a kid with a path', header({ kid: '../../etc/passwd' }), `${place} kid "../../etc/passwd"`],
    [
      'a kid with controls',
      header({ kid: 'a\r\nb\u0000\u001b[2J\u2028' }),
      `${place} kid "a\\r\\nb\\u0000\\u001b[2J\\u2028"`,
    ],
    ['a long kid', header({ kid: 'k'.repeat(5000) }), `${place} kid "${'k'.repeat(99)}…`],
    ['an empty kid', header({ kid: '' }), `${place} kid ""`],
    ['a kid of another kind', header({ kid: ['a'] }), `${place} kid ["a"]`],
    ['a kid of null', header({ kid: null }), `${place} kid null`],
    ['a kid that every object has', header({ kid: '__proto__' }), `${place} kid "__proto__"`],
    [
      'a jwk that nobody knows',
      header({ jwk: stranger.publicKey.export({ format: 'jwk' }) }),
      `${place} jwk with thumbprint "${thumbprintOf(stranger.publicKey)}"`,
    ],
    ['a symmetric jwk', header({ jwk: { kty: 'oct', k: 'AAAA' } }), `${place} jwk with thumbprint nothing`],
    ['a jwk of another kind', header({ jwk: 'x' }), `${place} jwk with thumbprint nothing`],
    ['a jwk of null', header({ jwk: null }), `${place} jwk with thumbprint nothing`],
    [
      'the name of another key',
      header({ kid: libtrustKeyId(p384.publicKey) }),
      `uses the algorithm ES256, which its key is not for: kid "${libtrustKeyId(p384.publicKey)}"`,
    ],
    [
      'unknown critical headers',
      header({ crit: ['x'], x: 1 }),
      'is malformed: "Extension Header Parameter \\"x\\" is not recognized"',
    ],
    [
      'critical headers of another kind',
      header({ crit: 5 }),
      'is malformed: "\\"crit\\" (Critical) Header Parameter MUST be an array of non-empty strings when present',
    ],
  ])('keys: %s', async (_what, ownHeader, reason) => {
    expect(reasonOf(await verify(signByHand(ownHeader, createClaims(), stranger.privateKey)))).toContain(reason);
  });

  it('a signature of another key under a trusted name', async () => {
    const token = signByHand(header({ kid: 'x/y' }), createClaims(), stranger.privateKey);
    const keys = readKeys(JSON.stringify({ keys: [{ ...p256.publicKey.export({ format: 'jwk' }), kid: 'x/y' }] }));

    expect(reasonOf(await createVerifier(keys)(token))).toBe('has a signature that its key did not make: kid "x/y"');
  });

  it('no kid, when no key or several would fit', async () => {
    const token = signByHand({ alg: 'ES256' }, createClaims(), p256.privateKey);
    const keysOf = (...pairs: (typeof p256)[]): VerifyKey[] =>
      readKeys(pairs.map(({ publicKey }) => pemOf(publicKey)).join(''));

    expect(await createVerifier(keysOf(p256, rsa))(token)).toMatchObject({ kind: 'valid' });
    expect(reasonOf(await createVerifier(keysOf(p256, stranger))(token))).toBe(
      'does not name its key, and token_keys has several for ES256',
    );
    expect(reasonOf(await createVerifier(keysOf(rsa))(token))).toBe(
      'does not name its key, and token_keys has none for ES256',
    );
    expect(reasonOf(await createVerifier([])(token))).toBe('does not name its key, and token_keys has none for ES256');
  });

  it('in other words when the tokens are our own', async () => {
    const token = signByHand(header({ kid: 'x' }), createClaims(), p256.privateKey);

    expect(reasonOf(await createVerifier(allKeys, { isOwn: true })(token))).toBe(
      'is signed by a key that is not in the keys of this token service: kid "x"',
    );
  });

  it.each<[algorithm: unknown, shown: string, key: typeof p256.privateKey | string]>([
    ['HS256', '"HS256"', pemOf(p256.publicKey)],
    ['HS384', '"HS384"', pemOf(rsa.publicKey)],
    ['HS512', '"HS512"', ''],
    ['PS256', '"PS256"', rsa.privateKey],
    ['es256', '"es256"', p256.privateKey],
    [['ES256'], '["ES256"]', p256.privateKey],
    ['', '""', p256.privateKey],
    [undefined, 'nothing', p256.privateKey],
    [null, 'null', p256.privateKey],
    ['__proto__', '"__proto__"', p256.privateKey],
  ])('the algorithm %j', async (algorithm, shown, key) => {
    const signed = `${encodePart(header({ alg: algorithm }))}.${encodePart(createClaims())}`;
    const [, , signature] = signByHand(
      { alg: typeof key === 'string' ? algorithm : 'ES256' },
      createClaims(),
      key,
    ).split('.');

    expect(await verify(`${signed}.${String(signature)}`)).toEqual({
      kind: 'refused',
      reason: `uses the algorithm ${shown}; allowed are ES256, ES384, ES512, RS256, RS384, RS512`,
    });
  });

  it.each([
    ['none without a signature', ''],
    ['none with a signature', encodePart('x')],
  ])('the algorithm %s', async (_what, signature) => {
    const verdict = await verify(`${encodePart({ alg: 'none' })}.${encodePart(createClaims())}.${signature}`);

    expect(reasonOf(verdict)).toMatch(
      /^(?:is no signed JSON Web Token|uses the algorithm "none"; allowed are ES256, .*)$/,
    );
  });

  const good = signByHand(header(), createClaims(), p256.privateKey);
  const [first = '', second = '', third = ''] = good.split('.');

  it.each([
    ['nothing', ''],
    ['one part', first],
    ['two parts', `${first}.${second}`],
    ['four parts', `${good}.${third}`],
    ['five parts (encrypted)', `${good}.${third}.${third}`],
    ['no signature', `${first}.${second}.`],
    ['no claims', `${first}..${third}`],
    ['no header', `.${second}.${third}`],
    ['padding', `${good}==`],
    ['spaces', ` ${good}`],
    ['a line break', `${good}\n`],
    ['a header that is no JSON', `${encodePart('{')}.${second}.${third}`],
    ['a header that is a list', `${encodePart([])}.${second}.${third}`],
    ['a header of other bytes', `_-_-.${second}.${third}`],
    ['dots', '...'],
    ['null bytes', '\u0000.\u0000.\u0000'],
    ['other letters', 'ä.ö.ü'],
  ])('what is no token: %s', async (_what, token) => {
    expect(await verify(token)).toEqual({ kind: 'refused', reason: 'is no signed JSON Web Token' });
  });

  it.each([
    ['that is one', signByHand(header({ x: 'x'.repeat(16_000) }), createClaims(), p256.privateKey)],
    ['of a megabyte', `${first}.${'A'.repeat(1024 * 1024)}.${third}`],
    ['of a megabyte of dots', '.'.repeat(1024 * 1024)],
  ])('a long token %s', async (_what, token) => {
    expect(await verify(token)).toEqual({
      kind: 'refused',
      reason: `has ${token.length} characters; at most 16384 are read`,
    });
  });

  it('but a token that just fits is read', async () => {
    const shortest = signByHand(header({ x: '' }), createClaims(), p256.privateKey).length;
    const token = signByHand(
      header({ x: 'x'.repeat(((16_384 - shortest) * 3) / 4 - 2) }),
      createClaims(),
      p256.privateKey,
    );

    expect(token.length).toBeGreaterThan(16_376);
    expect(await verify(token)).toMatchObject({ kind: 'valid' });
  });

  it('an empty issuer or audience of ours accepts no others', async () => {
    const verifyEmpty = createVerifier(allKeys, { issuer: '', audience: '' });

    expect(reasonOf(await verifyEmpty(good))).toBe(`has iss "${ISSUER}", expected is ""`);
    expect(reasonOf(await verifyEmpty(signByHand(header(), createClaims({ iss: '' }), p256.privateKey)))).toBe(
      `has aud "${SERVICE}", expected is ""`,
    );
  });
});
