/** Entitlement certificates, self-signed, with the extensions that a test wants. */
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { cryptoProvider, Extension, X509CertificateGenerator } from '@peculiar/x509';

cryptoProvider.set(webcrypto);

const RED_HAT = '1.3.6.1.4.1.2312.9.';

/** Identifier behind Red Hat's number → its value, DER. */
export type Extensions = Record<string, Buffer>;

export interface Validity {
  notBefore: Date;
  notAfter: Date;
}

const LONG: Validity = { notBefore: new Date('2020-01-01T00:00:00Z'), notAfter: new Date('2049-01-01T00:00:00Z') };

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const keys = webcrypto.subtle.generateKey(algorithm, false, ['sign', 'verify']);

export async function createCertificate(
  extensions: Extensions | undefined,
  validity: Validity = LONG,
  serialNumber = '01',
): Promise<Buffer> {
  const certificate = await X509CertificateGenerator.createSelfSigned({
    ...validity,
    serialNumber,
    name: 'CN=8a8d01e9442cfe7701442d0227b8170a',
    keys: await keys,
    signingAlgorithm: algorithm,
    ...(extensions && {
      extensions: Object.entries(extensions).map(([identifier, value]) => {
        const isElsewhere = identifier.startsWith('1.3.');
        return new Extension(isElsewhere ? identifier : RED_HAT + identifier, false, value);
      }),
    }),
  });
  return Buffer.from(certificate.rawData);
}

/** A value of DER: tag, length, content. */
function encodeDer(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const lengthBytes = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...lengthBytes]), content]);
}

export const octets = (content: Buffer): Buffer => encodeDer(0x04, content);
export const utf8 = (text: string): Buffer => encodeDer(0x0c, Buffer.from(text));
export const printable = (text: string): Buffer => encodeDer(0x13, Buffer.from(text));

/** A version 1 certificate for content URLs. */
export const version1 = (urls: string[]): Extensions => ({
  '4.1': utf8('Awesome OS'),
  ...Object.fromEntries(urls.map((url, index) => [`2.${1000 + index}.1.6`, utf8(url)])),
});

/** A version 3 certificate for a tree of paths. */
export const version3 = (tree: Buffer): Extensions => ({ '6': utf8('3.4'), '7': octets(tree) });
