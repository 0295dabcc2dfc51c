/**
 * Reads public keys and certificates from PEM text; what stands between the blocks is not read.
 *
 *     -----BEGIN CERTIFICATE-----
 *     <base64>
 *     -----END CERTIFICATE-----
 *
 * Source: RFC 7468. Pure.
 */
import { createPublicKey } from 'node:crypto';
import { readCertificate } from './certificate-chain';
import { leaveOut, mistaken, readKey, type KeyReading } from './key-reading';

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----[^-]*-----END \1-----/g;
const BEGIN = /-----BEGIN /g;

export function readPemKeys(text: string): KeyReading[] {
  const blocks = [...text.matchAll(BLOCK)];
  const begunCount = [...text.matchAll(BEGIN)].length;
  if (begunCount === 0) return [leaveOut('holds neither PEM blocks nor JSON')];
  const readings = blocks.map((match, index) => {
    const [block, label] = match as unknown as [string, string];
    return readBlock(block, label, `block ${index + 1} (${label})`);
  });
  if (blocks.length === begunCount) return readings;
  return [...readings, mistaken('holds a PEM block that is broken or has no end')];
}

function readBlock(block: string, label: string, place: string): KeyReading {
  if (label.endsWith('PRIVATE KEY')) return mistaken(`${place} is a private key: only its public part belongs here`);
  switch (label) {
    case 'CERTIFICATE': {
      const certified = readCertificate(block);
      return certified ? readKey(place, certified.publicKey, certified) : mistaken(`${place} cannot be read`);
    }
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
