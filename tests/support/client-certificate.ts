/** Client certificates with an authority of their own, for a real TLS handshake: PEM files as entitled machines have them. */
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BasicConstraintsExtension, cryptoProvider, Extension, X509CertificateGenerator } from '@peculiar/x509';
import type { Extensions } from '../access/entitlement/certificates';

const RED_HAT = '1.3.6.1.4.1.2312.9.';
const DAY_MS = 24 * 60 * 60 * 1000;
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

export interface ClientCertificate {
  /** PEM. */
  certificate: string;
  key: string;
  /** A folder with client.cert and client.key, as container tools look for them; `ca.crt` is the server's. */
  folder: string;
}

export interface Authority {
  /** PEM, for SSLCACertificateFile. */
  certificateFile: string;
  /** `extensions`: as of tests/access/entitlement/certificates.ts. `validFor`: days from now on, negative for one that expired. */
  issue(extensions: Extensions, serverCertificateFile: string, validForDays?: number): Promise<ClientCertificate>;
}

export async function createAuthority(folder: string): Promise<Authority> {
  cryptoProvider.set(webcrypto);
  const own = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const issuer = 'CN=Entitlements';
  const now = Date.now();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: issuer,
    serialNumber: '01',
    notBefore: new Date(now - 100 * DAY_MS),
    notAfter: new Date(now + 100 * DAY_MS),
    keys: own,
    signingAlgorithm: algorithm,
    extensions: [new BasicConstraintsExtension(true, undefined, true)],
  });
  const certificateFile = join(folder, 'entitlements.crt');
  await writeFile(certificateFile, certificate.toString('pem'));
  let serial = 1;

  return {
    certificateFile,
    async issue(extensions, serverCertificateFile, validForDays = 10) {
      const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
      const issued = await X509CertificateGenerator.create({
        subject: 'CN=8a8d01e9442cfe7701442d0227b8170a',
        issuer,
        serialNumber: (++serial).toString(16).padStart(4, '0'),
        notBefore: new Date(now - 50 * DAY_MS),
        notAfter: new Date(now + validForDays * DAY_MS),
        publicKey: keys.publicKey,
        signingKey: own.privateKey,
        signingAlgorithm: algorithm,
        extensions: Object.entries(extensions).map(([id, value]) => new Extension(RED_HAT + id, false, value)),
      });
      return writeFiles(folder, issued.toString('pem'), keys.privateKey, serverCertificateFile);
    },
  };
}

async function writeFiles(
  parent: string,
  certificate: string,
  privateKey: webcrypto.CryptoKey,
  serverCertificateFile: string,
): Promise<ClientCertificate> {
  const folder = await mkdtemp(join(parent, 'client-'));
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', privateKey));
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  const key = ['-----BEGIN PRIVATE KEY-----', ...lines, '-----END PRIVATE KEY-----', ''].join('\n');
  await writeFile(join(folder, 'client.cert'), certificate);
  await writeFile(join(folder, 'client.key'), key);
  await writeFile(join(folder, 'ca.crt'), await readFile(serverCertificateFile));
  return { certificate, key, folder };
}
