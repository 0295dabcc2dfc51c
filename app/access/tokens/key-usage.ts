/**
 * Whether the key of a certificate may make signatures: the extension keyUsage says digitalSignature, or is not there.
 * Node.js tells only for which purposes (extKeyUsage) a key is. Source: RFC 5280 section 4.2.1.3. Pure.
 */
import { AsnConvert } from '@peculiar/asn1-schema';
import { Certificate, id_ce_keyUsage, KeyUsage, KeyUsageFlags } from '@peculiar/asn1-x509';

/** False also for what cannot be read. */
export function maySign(der: Buffer): boolean {
  try {
    const { extensions = [] } = AsnConvert.parse(der, Certificate).tbsCertificate;
    return [...extensions].filter(({ extnID }) => extnID === id_ce_keyUsage).every(saysSignature);
  } catch {
    return false;
  }
}

const saysSignature = ({ extnValue }: { extnValue: { buffer: ArrayBuffer } }): boolean =>
  (AsnConvert.parse(extnValue.buffer, KeyUsage).toNumber() & KeyUsageFlags.digitalSignature) !== 0;
