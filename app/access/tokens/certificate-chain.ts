/**
 * Follows the certificates that a token brings along (`x5c`) up to one that is trusted.
 *
 *     "x5c": ["<base64 of DER: the signer>", "<who issued the signer>", …]
 *
 * The signer is trusted when a trusted certificate issued it, or issued the last of a chain of certification authorities
 * above it. All of them must be valid now, and the signer must be one that may sign. Source: RFC 7515 section 4.1.6; RFC 5280 section 6. Pure.
 */
import { X509Certificate, type KeyObject } from 'node:crypto';
import { maySign } from './key-usage';
import { quote } from '../quote';

export interface CertifiedKey {
  certificate: X509Certificate;
  publicKey: KeyObject;
}

/** The signer first. */
export type Chain = readonly [CertifiedKey, ...CertifiedKey[]];

const MOST_CERTIFICATES = 10;

/** `x5c`: any JSON. Undefined: not a list of certificates. */
export function parseChain(x5c: unknown): Chain | undefined {
  if (!Array.isArray(x5c) || x5c.length > MOST_CERTIFICATES) return undefined;
  const read = x5c.map((text) => (typeof text === 'string' ? readCertificate(Buffer.from(text, 'base64')) : undefined));
  const [signer, ...issuers] = read.filter((certified) => certified !== undefined);
  return signer !== undefined && issuers.length + 1 === x5c.length ? [signer, ...issuers] : undefined;
}

/** `encoded`: DER or PEM. Undefined: no certificate, or one with a key of an unknown kind. */
export function readCertificate(encoded: Buffer | string): CertifiedKey | undefined {
  try {
    const certificate = new X509Certificate(encoded);
    return { certificate, publicKey: certificate.publicKey };
  } catch {
    return undefined;
  }
}

/** Why the signer is not trusted, in words; undefined: it is. */
export function findFlaw(chain: Chain, anchors: readonly CertifiedKey[], nowSeconds: number): string | undefined {
  for (const [index, certified] of chain.entries()) {
    const anchor = anchors.find((each) => isIssuedBy(certified, each));
    if (anchor) return findFlawBelow(anchor, chain.slice(0, index + 1).reverse(), nowSeconds);
  }
  return `none of its certificates (x5c) was issued by a trusted one; the first is ${nameOf(chain[0])}`;
}

/**
 * From the trusted end downwards: a key that comes with the token does no work before somebody trusted has vouched for it.
 */
function findFlawBelow(anchor: CertifiedKey, path: readonly CertifiedKey[], nowSeconds: number): string | undefined {
  let issuer = anchor;
  for (const certified of path) {
    if (issuer !== anchor && !issuer.certificate.ca) return `the certificate ${nameOf(issuer)} is no authority`;
    if (!isIssuedBy(certified, issuer)) return `the certificate ${nameOf(certified)} was not issued by the next one`;
    issuer = certified;
  }
  const expiry = findExpiry([anchor, ...path], nowSeconds);
  return (
    expiry ?? (maySign(issuer.certificate.raw) ? undefined : `the certificate ${nameOf(issuer)} is not for signing`)
  );
}

export const isIssuedBy = ({ certificate }: CertifiedKey, issuer: CertifiedKey): boolean =>
  certificate.checkIssued(issuer.certificate) && certificate.verify(issuer.publicKey);

/** Which of them is not valid now, in words; undefined: none. */
export function findExpiry(certified: readonly CertifiedKey[], nowSeconds: number): string | undefined {
  const outdated = certified.find(({ certificate: { validFrom, validTo } }) => {
    const isCurrent = Date.parse(validFrom) <= nowSeconds * 1000 && nowSeconds * 1000 <= Date.parse(validTo);
    return !isCurrent;
  });
  if (!outdated) return undefined;
  const { validFrom, validTo } = outdated.certificate;
  return `the certificate ${nameOf(outdated)} is valid from ${validFrom} to ${validTo}`;
}

const nameOf = ({ certificate }: CertifiedKey): string => quote(certificate.subject);
