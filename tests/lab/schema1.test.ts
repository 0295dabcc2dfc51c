import { createHash, createPublicKey, verify, type JsonWebKey } from 'node:crypto';
import { createLibtrustKeyId, createSchema1Image } from '../../scripts/lab/schema1';

interface SignedDocument {
  fsLayers: { blobSum: string }[];
  history: { v1Compatibility: string }[];
  signatures: [{ header: { jwk: JsonWebKey & { kid: string }; alg: string }; signature: string; protected: string }];
}

const decode = (text: string): Buffer => Buffer.from(text, 'base64url');

describe('a schema 1 image', () => {
  const image = createSchema1Image({ name: 'demo/hello', tag: 'latest' });
  const document = JSON.parse(image.bytes.toString()) as SignedDocument;
  const [{ header, signature, protected: protectedHeader }] = document.signatures;

  function cutPayload(): Buffer {
    const { formatLength, formatTail } = JSON.parse(decode(protectedHeader).toString()) as {
      formatLength: number;
      formatTail: string;
    };
    return Buffer.concat([image.bytes.subarray(0, formatLength), decode(formatTail)]);
  }

  it('is named by the digest of its payload, which has no signatures', () => {
    const payload = cutPayload();
    expect(image.digest).toBe(`sha256:${createHash('sha256').update(payload).digest('hex')}`);
    const unsigned: Partial<SignedDocument> = { ...document };
    delete unsigned.signatures;
    expect(JSON.parse(payload.toString())).toEqual(unsigned);
  });

  it('is signed by the key that it carries', () => {
    const signed = Buffer.from(`${protectedHeader}.${cutPayload().toString('base64url')}`);
    const key = createPublicKey({ key: header.jwk, format: 'jwk' });
    expect(header.alg).toBe('ES256');
    expect(verify('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, decode(signature))).toBe(true);
    signed.write('X', 0);
    expect(verify('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, decode(signature))).toBe(false);
  });

  it('names the key as libtrust does', () => {
    expect(header.jwk.kid).toMatch(/^([A-Z2-7]{4}:){11}[A-Z2-7]{4}$/);
    expect(header.jwk.kid).toBe(createLibtrustKeyId(createPublicKey({ key: header.jwk, format: 'jwk' })));
  });

  it('brings its layer, and its top layer runs /hello on linux/amd64', () => {
    expect(image).toMatchObject({ form: '1', children: [] });
    expect(document.fsLayers.map(({ blobSum }) => blobSum)).toEqual(image.blobs.map(({ digest }) => digest));
    expect(JSON.parse(document.history[0]?.v1Compatibility ?? '')).toMatchObject({
      architecture: 'amd64',
      os: 'linux',
      config: { Cmd: ['/hello'] },
    });
  });

  it('has one digest for one payload, whoever signs', () => {
    const again = createSchema1Image({ name: 'demo/hello', tag: 'latest' });
    expect(again.digest).toBe(image.digest);
    expect(createSchema1Image({ name: 'demo/hello', tag: 'other' }).digest).not.toBe(image.digest);
  });
});

describe('createLibtrustKeyId', () => {
  const sampleKey = `-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEjdIAxX7AJ2AI2A0ar1d9WJ+4iJQY
YOzfm+roXyU/TArSosdnGgsbPaHxU4OZsuqBdL5v9KG4/oF/mhED9/b8Sw==
-----END PUBLIC KEY-----`;

  it('is base32 of the first 30 bytes of the SHA-256 of the key, in fours', () => {
    // Expected value computed apart from this code, with openssl and Python's base64.
    const key = createPublicKey(sampleKey);
    expect(createLibtrustKeyId(key)).toBe('6MC6:KV3T:3ISN:KPVG:PUBG:A4OI:C5D7:CMUS:KQGL:RIZ2:3ALD:AHGV');
  });
});
