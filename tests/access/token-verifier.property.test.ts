/** Tokens that somebody changed, and texts that are none. */
import * as fc from 'fast-check';
import { libtrustKeyId } from '../../app/access/tokens/key-id';
import { createClaims, encodePart, ISSUER, SERVICE, signByHand } from './hand-made-tokens';
import { header, p256, p521, reasonOf, rsa, verify } from './verifying';

describe('any change', () => {
  const tokens = [
    signByHand(header(), createClaims(), p256.privateKey),
    signByHand(header({ alg: 'RS256', kid: libtrustKeyId(rsa.publicKey) }), createClaims(), rsa.privateKey),
    signByHand(header({ alg: 'ES512', kid: libtrustKeyId(p521.publicKey) }), createClaims(), p521.privateKey),
  ];

  it('of one character makes a token refused', async () => {
    const characters = fc.oneof(
      fc.constantFrom(...Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.')),
      fc.string({ unit: 'binary', maxLength: 1 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...tokens), fc.nat(), characters, async (token, position, character) => {
        const at = position % token.length;
        const changed = token.slice(0, at) + character + token.slice(at + 1);

        expect((await verify(changed)).kind).toBe(changed === token ? 'valid' : 'refused');
      }),
      { numRuns: 300 },
    );
  });

  it.each(tokens)('of the last character makes a token refused: token %#', async (token) => {
    const others = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_').filter(
      (character) => !token.endsWith(character),
    );
    const verdicts = await Promise.all(others.map((character) => verify(token.slice(0, -1) + character)));

    expect(verdicts.filter(({ kind }) => kind === 'valid')).toEqual([]);
  });
});

it('never fails, and never repeats a token, whatever it is', async () => {
  const members = fc.record(
    {
      alg: fc.oneof(fc.constantFrom('ES256', 'RS256', 'none', 'HS256'), fc.jsonValue()),
      kid: fc.oneof(fc.constant(libtrustKeyId(p256.publicKey)), fc.jsonValue()),
      jwk: fc.jsonValue(),
      x5c: fc.oneof(fc.array(fc.base64String()), fc.jsonValue()),
      crit: fc.jsonValue(),
      b64: fc.boolean(),
    },
    { requiredKeys: ['alg'] },
  );
  const claims = fc.record(
    { iss: fc.constant(ISSUER), aud: fc.constant(SERVICE), exp: fc.double(), nbf: fc.double(), access: fc.jsonValue() },
    { requiredKeys: [] },
  );
  const tokens = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(fc.base64String(), { minLength: 3, maxLength: 3 }).map((parts) => parts.join('.').replaceAll('=', '')),
    fc
      .tuple(members, fc.oneof(claims, fc.jsonValue()))
      .map(
        ([ownHeader, ownClaims]) => `${encodePart(ownHeader)}.${encodePart(ownClaims)}.${encodePart('x'.repeat(64))}`,
      ),
    fc
      .tuple(fc.constantFrom({}, { crit: ['b64'], b64: false }), fc.oneof(claims, fc.jsonValue()))
      .map(([more, ownClaims]) => signByHand(header(more), ownClaims, p256.privateKey)),
  );
  await fc.assert(
    fc.asyncProperty(tokens, async (token) => {
      const reason = reasonOf(await verify(token));

      expect(reason).toMatch(/^[\x20-\x7e…]+$/);
      expect(reason.length).toBeLessThan(400);
      expect(token.length > 20 && reason.includes(token)).toBe(false);
    }),
    { numRuns: 300 },
  );
});
