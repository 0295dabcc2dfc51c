/**
 * Reads the certificate and the private key of this server, and judges whether they can be used, before OpenSSL says so in
 * words of its own.
 *
 *     tls_cert   -----BEGIN CERTIFICATE-----   ours, then the intermediate ones
 *     tls_key    -----BEGIN PRIVATE KEY-----   or EC PRIVATE KEY, RSA PRIVATE KEY; not encrypted
 *
 * Read at once, not in turns: two small files, at the start and at the operator's word, and never one of each by two readers.
 */
import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { Config } from '../config/config';
import { nameOf } from '../config/key';
import { keys } from '../config/keys';

export type KeyPairFiles = NonNullable<Config['server']['tls']>;

export interface KeyPair {
  cert: Buffer;
  key: Buffer;
  validFrom: Date;
  validUntil: Date;
}

/** `mistake`: with the key of the configuration and the path, for the operator. */
export type LoadedKeyPair = { pair: KeyPair } | { mistake: string };

export function loadKeyPair({ certFile, keyFile }: KeyPairFiles): LoadedKeyPair {
  const inCert = (what: string): LoadedKeyPair => ({ mistake: `${nameOf(keys.tlsCert)}: ${certFile}: ${what}` });
  const inKey = (what: string): LoadedKeyPair => ({ mistake: `${nameOf(keys.tlsKey)}: ${keyFile}: ${what}` });
  const [cert, key] = [readPem(certFile), readPem(keyFile)];
  if (typeof cert === 'string') return inCert(cert);
  if (typeof key === 'string') return inKey(key);

  const certificate = parse(() => new X509Certificate(cert));
  if (!certificate) return inCert('holds no certificate in PEM');
  const privateKey: KeyObject | undefined = parse(() => createPrivateKey(key));
  if (!privateKey) return inKey('holds no private key in PEM that can be read without a passphrase');
  if (!certificate.checkPrivateKey(privateKey)) return inKey(`is not the key of the first certificate in ${certFile}`);
  try {
    createSecureContext({ cert, key });
  } catch (error) {
    return inCert(`cannot be used: ${(error as Error).message}`);
  }
  return { pair: { cert, key, validFrom: new Date(certificate.validFrom), validUntil: new Date(certificate.validTo) } };
}

/** The bytes, or why there are none. */
function readPem(path: string): Buffer | string {
  try {
    return readFileSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? 'there is no such file' : `cannot be read (${String(code)})`;
  }
}

function parse<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
