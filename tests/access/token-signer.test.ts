/** Our own tokens: what they say, and that they are verified by ourselves and by others. */
import { createPublicKey, verify as verifySignature } from 'node:crypto';
import * as fc from 'fast-check';
import { parseSigningKey, type SigningKey } from '../../app/access/tokens/signing-key';
import type { TokenAccess } from '../../app/access/tokens/token-claims';
import { parseTokenKeys } from '../../app/access/tokens/token-keys';
import { createTokenSigner } from '../../app/access/tokens/token-signer';
import { createTokenVerifier } from '../../app/access/tokens/token-verifier';
import { describeJwks } from '../../app/access/tokens/signing-key';
import { names } from '../registry/arbitrary-references';
import { createEcKeys, createRsaKeys, ISSUER, NOW_SECONDS, SERVICE } from './hand-made-tokens';

function readKey({ privateKey }: ReturnType<typeof createEcKeys>): SigningKey {
  const parsed = parseSigningKey(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  if (parsed.kind === 'refused') throw new Error(parsed.mistake);
  return parsed.key;
}

const keys: SigningKey[] = [createEcKeys('P-256'), createEcKeys('P-384'), createEcKeys('P-521'), createRsaKeys()].map(
  readKey,
);
const [p256, p384] = keys as [SigningKey, SigningKey];

const options = { issuer: ISSUER, audience: SERVICE, ttlSeconds: 300, nowSeconds: () => NOW_SECONDS };
const access: TokenAccess = { names: new Set(['demo/hello', 'solo']), mayReadCatalog: true };
const nobody: TokenAccess = { names: new Set(), mayReadCatalog: false };

const decode = (part = ''): unknown => JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));

it('says who signed, for whom, for whom to read, how long and what', async () => {
  const signed = await createTokenSigner({ ...options, keys: [p256, p384] })({ subject: 'alice', access });
  const [header, claims] = signed.token.split('.');

  expect(signed).toMatchObject({ expiresInSeconds: 300, issuedAt: new Date(NOW_SECONDS * 1000) });
  expect(decode(header)).toEqual({ typ: 'JWT', alg: 'ES256', kid: p256.id });
  expect(decode(claims)).toEqual({
    iss: ISSUER,
    sub: 'alice',
    aud: SERVICE,
    exp: NOW_SECONDS + 300,
    nbf: NOW_SECONDS - 10,
    iat: NOW_SECONDS,
    jti: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    access: [
      { type: 'repository', name: 'demo/hello', actions: ['pull'] },
      { type: 'repository', name: 'solo', actions: ['pull'] },
      { type: 'registry', name: 'catalog', actions: ['*'] },
    ],
  });
});

it('no two tokens are the same', async () => {
  const sign = createTokenSigner({ ...options, keys: [p256] });
  const [one, other] = await Promise.all([sign({ subject: '', access }), sign({ subject: '', access })]);

  expect(one.token).not.toBe(other.token);
});

it.each(keys.map((key) => [key.algorithm, key] as const))(
  '%s: a plain check of the signature agrees',
  async (_alg, key) => {
    const { token } = await createTokenSigner({ ...options, keys: [key] })({ subject: 'alice', access });
    const [header, claims, signature = ''] = token.split('.');
    const publicKey = createPublicKey({ key: describeJwks([key]).keys[0] ?? {}, format: 'jwk' });

    expect(
      verifySignature(
        `sha${key.algorithm.slice(2)}`,
        Buffer.from(`${String(header)}.${String(claims)}`),
        { key: publicKey, dsaEncoding: 'ieee-p1363' },
        Buffer.from(signature, 'base64url'),
      ),
    ).toBe(true);
  },
);

it('with the key of before still verified, and its tokens too', async () => {
  const verify = createTokenVerifier({
    ...options,
    keys: (() => {
      const both = [p384, p256].map(({ verifyKey }) => verifyKey);
      return () => both;
    })(),
    isOwn: true,
  });
  const before = await createTokenSigner({ ...options, keys: [p256] })({ subject: 'alice', access });
  const after = await createTokenSigner({ ...options, keys: [p384, p256] })({ subject: 'alice', access });

  expect(await verify(before.token)).toMatchObject({ kind: 'valid' });
  expect(await verify(after.token)).toMatchObject({ kind: 'valid' });
});

it('whatever is signed is read again, by ourselves and by whoever has the published keys', async () => {
  const parsed = parseTokenKeys(JSON.stringify(describeJwks(keys)));
  const published = parsed.kind === 'parsed' ? parsed.keys : [];
  const own = keys.map(({ verifyKey }) => verifyKey);
  const verifiers = [own, published].map((each) => createTokenVerifier({ ...options, keys: () => each, isOwn: true }));
  const grants = fc.record({
    subject: fc.oneof(
      fc.constantFrom('', 'alice', '__proto__', 'ключ'),
      fc.string({ unit: 'grapheme', maxLength: 50 }),
    ),
    access: fc.record({
      names: fc.uniqueArray(names, { maxLength: 20 }).map((list) => new Set(list)),
      mayReadCatalog: fc.boolean(),
    }),
  });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...keys), grants, async (key, grant) => {
      const { token } = await createTokenSigner({ ...options, keys: [key] })(grant);
      const verdicts = await Promise.all(verifiers.map((verify) => verify(token)));

      expect(verdicts).toEqual(
        Array(2).fill({ kind: 'valid', ...grant, expiresAtSeconds: NOW_SECONDS + options.ttlSeconds }),
      );
    }),
    { numRuns: 60 },
  );
});

it('the most that can be asked for makes a token that is read again', async () => {
  // The bounds of app/access/tokens/scope.ts: a hundred names of 4096 characters in all.
  const asked = new Set(
    Array.from({ length: 100 }, (_, index) => `${'a'.repeat(38)}${String(index).padStart(2, '0')}`),
  );
  const grant = { subject: 'alice', access: { names: asked, mayReadCatalog: true } };
  const { token } = await createTokenSigner({ ...options, keys: [keys.at(-1) ?? p256] })(grant);
  const own = keys.map(({ verifyKey }) => verifyKey);
  const verify = createTokenVerifier({ ...options, keys: () => own, isOwn: true });

  expect(token.length).toBeLessThan(14_000);
  expect(await verify(token)).toMatchObject({ kind: 'valid', ...grant });
});

it('reads the clock of the machine when no other is given', async () => {
  const before = Date.now();
  const sign = createTokenSigner({ keys: [p256], issuer: ISSUER, audience: SERVICE, ttlSeconds: 60 });
  const { issuedAt } = await sign({ subject: '', access: nobody });

  expect(issuedAt.getTime()).toBeGreaterThan(before - 1000);
  expect(issuedAt.getTime()).toBeLessThanOrEqual(Date.now());
});
