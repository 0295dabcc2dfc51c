/**
 * Reads the certificate and the private key of this server, and judges whether they can be used, before OpenSSL says so in
 * words of its own.
 *
 *     tls_cert   -----BEGIN CERTIFICATE-----   ours, then the intermediate ones
 *     tls_key    -----BEGIN PRIVATE KEY-----   or EC PRIVATE KEY, RSA PRIVATE KEY; not encrypted
 *
 * Reads at once, which holds everything else up: two small files, at the start and at the operator's word.
 */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { Config } from '../config/config';
import { nameOf, type Key } from '../config/key';
import { keys } from '../config/keys';

export type KeyPairFiles = NonNullable<Config['server']['tls']>;

export interface KeyPair {
  cert: Buffer;
  key: Buffer;
  validFrom: Date;
  validUntil: Date;
}

/** `mistakes`: each with the key of the configuration and the path, for the operator. */
export type LoadedKeyPair = { pair: KeyPair } | { mistakes: string[] };

const NO_CERTIFICATE = 'holds no certificate in PEM';
const NO_KEY = 'holds no private key in PEM that can be read without a passphrase';

export function loadKeyPair({ certFile, keyFile }: KeyPairFiles): LoadedKeyPair {
  const cert = loadPem(keys.tlsCert, certFile, (pem) => new X509Certificate(pem), NO_CERTIFICATE);
  const key = loadPem(keys.tlsKey, keyFile, (pem) => createPrivateKey(pem), NO_KEY);
  if ('mistake' in cert || 'mistake' in key) {
    return { mistakes: [cert, key].flatMap((loaded) => ('mistake' in loaded ? [loaded.mistake] : [])) };
  }
  if (!cert.parsed.checkPrivateKey(key.parsed)) {
    return { mistakes: [describe(keys.tlsKey, keyFile, `is not the key of the first certificate in ${certFile}`)] };
  }
  try {
    createSecureContext({ cert: cert.pem, key: key.pem });
  } catch (error) {
    return { mistakes: [describe(keys.tlsCert, certFile, `cannot be used: ${(error as Error).message}`)] };
  }
  const { validFrom, validTo } = cert.parsed;
  return { pair: { cert: cert.pem, key: key.pem, validFrom: new Date(validFrom), validUntil: new Date(validTo) } };
}

const describe = (key: Key<unknown>, file: string, what: string): string => `${nameOf(key)}: ${file}: ${what}`;

/** `otherwise`: what is wrong with a file that cannot be parsed. */
function loadPem<T>(
  key: Key<unknown>,
  file: string,
  parse: (pem: Buffer) => T,
  otherwise: string,
): { pem: Buffer; parsed: T } | { mistake: string } {
  let pem: Buffer;
  try {
    pem = readFileSync(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return { mistake: describe(key, file, code === 'ENOENT' ? 'there is no such file' : `cannot be read (${code})`) };
  }
  try {
    return { pem, parsed: parse(pem) };
  } catch {
    return { mistake: describe(key, file, otherwise) };
  }
}
