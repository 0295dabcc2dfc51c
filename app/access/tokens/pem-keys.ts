/**
 * Reads public keys and certificates from PEM text; what stands between the blocks is not read.
 *
 *     -----BEGIN CERTIFICATE-----
 *     <base64>
 *     -----END CERTIFICATE-----
 *
 * A file often holds a whole chain: the certificate of the token service, and behind it those that issued it. These are
 * left out: with a public authority among them, every certificate that it has sold could sign tokens.
 * Source: RFC 7468. Pure.
 */
import { createPublicKey } from 'node:crypto';
import { isIssuedBy, readCertificate, type CertifiedKey } from './certificate-chain';
import { leaveOut, mistaken, readKey, warn, type KeyReading } from './key-reading';

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----[^-]*-----END \1-----/g;
const BEGIN = /-----BEGIN /g;

export function readPemKeys(text: string): KeyReading[] {
  const blocks = [...text.matchAll(BLOCK)];
  const begunCount = [...text.matchAll(BEGIN)].length;
  if (begunCount === 0) return [leaveOut('holds neither PEM blocks nor JSON')];
  const earlier: CertifiedKey[] = [];
  const readings = blocks.flatMap((match, index) => {
    const [block, label] = match as unknown as [string, string];
    const place = `block ${index + 1} (${label})`;
    return label === 'CERTIFICATE' ? readCertified(block, place, earlier) : [readBlock(block, label, place)];
  });
  if (blocks.length === begunCount) return readings;
  return [...readings, mistaken('holds a PEM block that is broken or has no end')];
}

/** `earlier`: the certificates before it in the file; it is added to them. */
function readCertified(block: string, place: string, earlier: CertifiedKey[]): KeyReading[] {
  const certified = readCertificate(block);
  if (!certified) return [mistaken(`${place} cannot be read`)];
  // Two certificates of one key are no chain: a renewed one stands beside the old one.
  const isChain = earlier.some((each) => !each.publicKey.equals(certified.publicKey) && isIssuedBy(each, certified));
  earlier.push(certified);
  if (isChain) {
    return [
      leaveOut(`${place} is left out: it has issued a certificate before it; only that of the service belongs here`),
    ];
  }
  const reading = readKey(place, certified.publicKey, certified);
  if (reading.kind !== 'key' || !certified.certificate.ca) return [reading];
  return [reading, warn(`${place} is that of an authority: certificates that it issued may sign tokens, too`)];
}

function readBlock(block: string, label: string, place: string): KeyReading {
  if (label.endsWith('PRIVATE KEY')) return mistaken(`${place} is a private key: only its public part belongs here`);
  switch (label) {
    case 'PUBLIC KEY':
    case 'RSA PUBLIC KEY':
      return readPublicKey(block, place);
    default:
      return mistaken(`${place} is neither a CERTIFICATE nor a PUBLIC KEY`);
  }
}

function readPublicKey(block: string, place: string): KeyReading {
  try {
    return readKey(place, createPublicKey(block), {});
  } catch {
    return mistaken(`${place} cannot be read`);
  }
}
