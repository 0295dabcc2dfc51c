/** Tokens that bring their certificates along (x5c): whose are trusted. */
import type { TokenVerdict } from '../../app/access/tokens/judge-token';
import { maySign } from '../../app/access/tokens/key-usage';
import type { VerifyKey } from '../../app/access/tokens/verify-key';
import { createTemporaryDirectory } from '../support/temporary-directory';
import { chainOf, issueCertificate, type CertificateOptions, type IssuedCertificate } from './certificates';
import { createClaims, encodePart, pemOf, signByHand } from './hand-made-tokens';
import { createVerifier, p256, readKeys, reasonOf } from './verifying';

const folder = createTemporaryDirectory();
const DAY_SECONDS = 24 * 60 * 60;
const startSeconds = Math.floor(Date.now() / 1000);

const issue = (name: string, issuer?: IssuedCertificate, more: Partial<CertificateOptions> = {}) =>
  issueCertificate(folder, { name, ...(issuer && { issuer }), ...more });

let root: IssuedCertificate;
let authority: IssuedCertificate;
let signer: IssuedCertificate;
let directSigner: IssuedCertificate;
let keys: VerifyKey[];

beforeAll(async () => {
  root = await issue('root', undefined, { isAuthority: true, days: 100 });
  authority = await issue('authority', root, { isAuthority: true, days: 20 });
  signer = await issue('signer', authority, { days: 10 });
  directSigner = await issue('direct signer', root, { keyOptions: ['rsa:2048'] });
  keys = readKeys(root.pem);
});

interface Asked {
  x5c: unknown;
  by?: IssuedCertificate;
  algorithm?: string;
  trusted?: VerifyKey[];
  /** After now. */
  days?: number;
}

function verify({ x5c, by = signer, algorithm = 'ES256', trusted = keys, days = 0 }: Asked): Promise<TokenVerdict> {
  const nowSeconds = startSeconds + 60 + days * DAY_SECONDS;
  const claims = createClaims({ nbf: undefined, exp: nowSeconds + 900 });
  const token = signByHand({ typ: 'JWT', alg: algorithm, x5c }, claims, by.privateKey);
  return createVerifier(trusted, { nowSeconds: () => nowSeconds })(token);
}

describe('trusts', () => {
  it('a signer whose authority was issued by a trusted certificate', async () => {
    expect(await verify({ x5c: chainOf(signer, authority) })).toMatchObject({ kind: 'valid', subject: 'alice' });
  });

  it('the same with the trusted certificate itself at the end', async () => {
    expect(await verify({ x5c: chainOf(signer, authority, root) })).toMatchObject({ kind: 'valid' });
  });

  it('a signer that a trusted certificate issued', async () => {
    const x5c = chainOf(directSigner);

    expect(await verify({ x5c, by: directSigner, algorithm: 'RS512' })).toMatchObject({ kind: 'valid' });
    expect(reasonOf(await verify({ x5c, by: directSigner, algorithm: 'ES256' }))).toMatch(
      /^uses the algorithm ES256, which its key is not for/,
    );
  });

  it('a trusted certificate that signs by itself, and a trusted key in any certificate', async () => {
    expect(await verify({ x5c: chainOf(root), by: root })).toMatchObject({ kind: 'valid' });
    expect(
      await verify({ x5c: chainOf(signer), trusted: readKeys(pemOf(signer.certificate.publicKey)) }),
    ).toMatchObject({ kind: 'valid' });
  });

  it('an authority in the middle, when it is the one that is in the file', async () => {
    const trusted = readKeys(authority.pem);

    expect(await verify({ x5c: chainOf(signer), trusted })).toMatchObject({ kind: 'valid' });
    expect(await verify({ x5c: chainOf(signer, authority, root), trusted })).toMatchObject({ kind: 'valid' });
  });

  it('the right one of two trusted certificates of one name', async () => {
    const sameName = await issue('root', undefined, { isAuthority: true });

    expect(await verify({ x5c: chainOf(signer, authority), trusted: readKeys(sameName.pem + root.pem) })).toMatchObject(
      { kind: 'valid' },
    );
  });
});

describe('does not trust', () => {
  const place = 'is signed by a key that is not trusted by token_keys: ';

  it('a signer of somebody else, even with the right names', async () => {
    const falseRoot = await issue('root', undefined, { isAuthority: true });
    const falseSigner = await issue('signer', falseRoot);
    const reason = `${place}none of its certificates (x5c) was issued by a trusted one; the first is "CN=signer"`;

    for (const x5c of [chainOf(falseSigner), chainOf(falseSigner, falseRoot), chainOf(falseSigner, root)]) {
      expect(reasonOf(await verify({ x5c, by: falseSigner }))).toMatch(
        x5c.length === 2 && x5c[1] === chainOf(root)[0] ? /was not issued by the next one$/ : reason,
      );
    }
  });

  it('a chain with a gap or in the wrong order', async () => {
    expect(reasonOf(await verify({ x5c: chainOf(signer) }))).toContain('was issued by a trusted one');
    expect(reasonOf(await verify({ x5c: chainOf(signer, root) }))).toBe(
      `${place}the certificate "CN=signer" was not issued by the next one`,
    );
    expect(reasonOf(await verify({ x5c: chainOf(authority, signer) }))).toContain('has a signature that its key did');
  });

  it('a signer that calls itself issued by an authority whose key did not sign it', async () => {
    const twin = await issue('authority', root, { isAuthority: true });
    const falseSigner = await issue('signer', await issue('authority', undefined, { isAuthority: true }));

    expect(reasonOf(await verify({ x5c: chainOf(falseSigner, twin), by: falseSigner }))).toBe(
      `${place}the certificate "CN=signer" was not issued by the next one`,
    );
  });

  it('a signer below a certificate that is no authority', async () => {
    const child = await issue('child', directSigner);

    expect(reasonOf(await verify({ x5c: chainOf(child, directSigner), by: child }))).toBe(
      `${place}the certificate "CN=direct signer" is no authority`,
    );
  });

  it('a signer below an authority whose key may not sign certificates', async () => {
    const silent = await issue('silent', root, { isAuthority: true, keyUsage: 'digitalSignature' });
    const child = await issue('child', silent);
    const verifyBelow = async (x5c: string[], trusted = keys) => reasonOf(await verify({ x5c, by: child, trusted }));

    expect(await verifyBelow(chainOf(child, silent))).toBe(`${place}the certificate "CN=silent" is no authority`);
    expect(await verifyBelow(chainOf(child), readKeys(silent.pem))).toContain('none of its certificates');
  });

  it('another signer of the authority whose certificate stands in the file behind that of the service', async () => {
    const neighbour = await issue('neighbour', authority);
    const trusted = readKeys(signer.pem + authority.pem + root.pem);

    expect(await verify({ x5c: chainOf(signer, authority), trusted })).toMatchObject({ kind: 'valid' });
    for (const x5c of [chainOf(neighbour), chainOf(neighbour, authority), chainOf(neighbour, authority, root)]) {
      expect(reasonOf(await verify({ x5c, by: neighbour, trusted }))).toContain('none of its certificates');
    }
  });

  it('a signer below a certificate in the file that is no authority', async () => {
    const child = await issue('child', directSigner);
    const trusted = readKeys(directSigner.pem);

    expect(reasonOf(await verify({ x5c: chainOf(child), by: child, trusted }))).toContain('none of its certificates');
  });

  it('a signer whose key is not for signing, unless it is in the file itself', async () => {
    const [mute, signing] = await Promise.all([
      issue('mute', authority, { keyUsage: 'keyAgreement' }),
      issue('signing', authority, { keyUsage: 'digitalSignature,keyAgreement' }),
    ]);

    expect(reasonOf(await verify({ x5c: chainOf(mute, authority), by: mute }))).toBe(
      `${place}the certificate "CN=mute" is not for signing`,
    );
    expect(await verify({ x5c: chainOf(signing, authority), by: signing })).toMatchObject({ kind: 'valid' });
    expect(await verify({ x5c: chainOf(mute), by: mute, trusted: readKeys(mute.pem) })).toMatchObject({
      kind: 'valid',
    });
  });

  it('what says that it is not for signing, or cannot be read', async () => {
    expect(maySign(Buffer.from('none'))).toBe(false);
    expect(maySign(signer.certificate.raw)).toBe(true);
    expect(maySign((await issue('bare', undefined, { isBare: true })).certificate.raw)).toBe(true);
  });

  it.each([
    ['of the signer', 15, 'signer'],
    ['of the signer, before its time', -2, 'root'],
    ['of the trusted certificate', 101, 'root'],
  ])('what is not valid now: %s', async (_what, days, name) => {
    expect(reasonOf(await verify({ x5c: chainOf(signer, authority), days }))).toMatch(
      new RegExp(`^${place}the certificate "CN=${name}" is valid from .* to .*GMT$`),
    );
  });

  it('an authority that expired before its signer', async () => {
    const longSigner = await issue('long signer', authority, { days: 90 });

    expect(reasonOf(await verify({ x5c: chainOf(longSigner, authority), by: longSigner, days: 30 }))).toContain(
      'the certificate "CN=authority" is valid from',
    );
  });

  it('a trusted certificate that signs after it expired, but its key under its name', async () => {
    const nowSeconds = startSeconds + 200 * DAY_SECONDS;
    const [key] = keys;
    const claims = createClaims({ exp: nowSeconds + 900 });
    const byKid = signByHand({ alg: 'ES256', kid: key?.thumbprint }, claims, root.privateKey);

    expect(reasonOf(await verify({ x5c: chainOf(root), by: root, days: 200 }))).toContain('"CN=root" is valid from');
    expect(await createVerifier(keys, { nowSeconds: () => nowSeconds })(byKid)).toMatchObject({ kind: 'valid' });
  });

  it('a signer with a kind of key that signs no tokens', async () => {
    const short = await issue('short', root, { keyOptions: ['rsa:1024'] });

    expect(reasonOf(await verify({ x5c: chainOf(short), by: short, algorithm: 'RS256' }))).toBe(
      'is signed by a certificate of a kind of key that signs no tokens',
    );
  });

  it('public keys that are no certificates: they certify nobody', async () => {
    const trusted = readKeys(pemOf(root.certificate.publicKey));

    expect(reasonOf(await verify({ x5c: chainOf(signer, authority), trusted }))).toContain('none of its certificates');
  });

  it('a good chain above the signature of another key', async () => {
    expect(reasonOf(await verify({ x5c: chainOf(signer, authority), by: root }))).toMatch(
      /^has a signature that its key did not make/,
    );
  });

  it('a bad chain, though the kid is good', async () => {
    const stranger = await issue('stranger');
    const claims = createClaims();
    const header = { alg: 'ES256', kid: readKeys(pemOf(p256.publicKey))[0]?.thumbprint, x5c: chainOf(stranger) };

    expect(reasonOf(await createVerifier()(signByHand(header, claims, p256.privateKey)))).toContain('none of its cert');
  });

  it.each<[what: string, x5c: () => unknown]>([
    ['a text', () => chainOf(signer)[0]],
    ['null', () => null],
    ['an empty list', () => []],
    ['a list of numbers', () => [1]],
    ['an entry of another kind', () => [...chainOf(signer), null]],
    ['an entry that is no certificate', () => [...chainOf(signer), encodePart('x')]],
    ['more certificates than anybody has', () => Array<unknown>(11).fill(chainOf(signer)[0])],
  ])('%s', async (_what, x5c) => {
    expect(reasonOf(await verify({ x5c: x5c() }))).toBe('has an x5c that is no list of certificates');
  });
});
