/** Certificates of token services, and of those who certify them, made by openssl. */
import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '../support/clients';

export interface IssuedCertificate {
  pem: string;
  certificate: X509Certificate;
  privateKey: KeyObject;
  /** For the issuer option of the next one. */
  files: { certificate: string; key: string };
}

export interface CertificateOptions {
  /** Common name. */
  name: string;
  /** Undefined: by itself. */
  issuer?: IssuedCertificate;
  /** Default 30. */
  days?: number;
  isAuthority?: boolean;
  /** As openssl writes it; default: no restriction. */
  keyUsage?: string;
  /** Version 1, without any extension. */
  isBare?: boolean;
  /** As openssl writes kinds of key. Default P-256. */
  keyOptions?: string[];
}

const P256 = ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];

let serial = 0;

export async function issueCertificate(folder: string, options: CertificateOptions): Promise<IssuedCertificate> {
  const { name, issuer, days = 30, isAuthority = false, keyUsage, isBare = false, keyOptions = P256 } = options;
  const base = join(folder, `${++serial}`);
  const files = { certificate: `${base}.crt`, key: `${base}.key` };
  const extensions = `${base}.cnf`;
  writeFileSync(
    extensions,
    [`basicConstraints=critical,CA:${isAuthority ? 'TRUE' : 'FALSE'}`, keyUsage && `keyUsage=critical,${keyUsage}`]
      .filter((line) => line !== undefined)
      .join('\n'),
  );
  const request = `${base}.csr`;
  const by = issuer
    ? ['-CA', issuer.files.certificate, '-CAkey', issuer.files.key, '-set_serial', String(serial)]
    : ['-signkey', files.key];
  await runOpenssl(
    'req',
    '-new',
    '-newkey',
    ...keyOptions,
    '-nodes',
    '-keyout',
    files.key,
    '-out',
    request,
    '-subj',
    `/CN=${name}`,
  );
  await runOpenssl(
    'x509',
    '-req',
    '-in',
    request,
    ...by,
    '-days',
    String(days),
    ...(isBare ? [] : ['-extfile', extensions]),
    '-out',
    files.certificate,
  );
  const pem = readFileSync(files.certificate, 'utf8');
  return {
    pem,
    certificate: new X509Certificate(pem),
    privateKey: createPrivateKey(readFileSync(files.key, 'utf8')),
    files,
  };
}

async function runOpenssl(...args: string[]): Promise<void> {
  const { exitCode, stderr } = await runCommand('openssl', args);
  if (exitCode !== 0) throw new Error(`openssl ${String(args[0])} failed:\n${stderr}`);
}

/** As x5c has it. */
export const chainOf = (...certificates: IssuedCertificate[]): string[] =>
  certificates.map(({ certificate }) => certificate.raw.toString('base64'));
