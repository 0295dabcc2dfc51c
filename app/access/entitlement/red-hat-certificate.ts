/**
 * Reads an X.509 certificate (RFC 5280) as far as entitlements need it: its validity, and the extensions under Red Hat's
 * number. The value of each is DER once more. The signature is not checked: the proxy has done so. Pure.
 */
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import { Certificate, DirectoryString } from '@peculiar/asn1-x509';
import { LONGEST_CERTIFICATE } from './client-certificate';

export interface RedHatCertificate {
  validFrom: Date;
  validTo: Date;
  /** Identifier behind Red Hat's number, for example `4.1` → its value, DER. */
  extensions: Map<string, ArrayBuffer>;
}

const RED_HAT = '1.3.6.1.4.1.2312.9.';

/** Undefined: it is no certificate. */
export function parseRedHatCertificate(der: Buffer): RedHatCertificate | undefined {
  if (der.length > LONGEST_CERTIFICATE) return undefined;
  const certificate = parseDer(der, Certificate);
  if (!certificate) return undefined;
  const { validity, extensions = [] } = certificate.tbsCertificate;
  return {
    validFrom: validity.notBefore.getTime(),
    validTo: validity.notAfter.getTime(),
    extensions: new Map(
      [...extensions]
        .filter(({ extnID }) => extnID.startsWith(RED_HAT))
        .map(({ extnID, extnValue }) => [extnID.slice(RED_HAT.length), extnValue.buffer]),
    ),
  };
}

/** Undefined: the value is no text. */
export const parseText = (value: ArrayBuffer): string | undefined => parseDer(value, DirectoryString)?.toString();

/** Undefined: the value is no octet string. */
export function parseBytes(value: ArrayBuffer): Uint8Array | undefined {
  const octets = parseDer(value, OctetString);
  return octets && new Uint8Array(octets.buffer);
}

/** The library bounds depth and number of values, and throws at whatever does not fit. */
function parseDer<T>(data: ArrayBuffer | Buffer, shape: new () => T): T | undefined {
  try {
    return AsnConvert.parse(data, shape);
  } catch {
    return undefined;
  }
}
