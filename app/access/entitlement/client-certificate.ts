/**
 * Reads the client certificate that a TLS-terminating proxy hands on in a header. Whether the proxy may be believed is
 * not decided here, nor whether the certificate was verified: that is the proxy's work.
 *
 *     X-SSL-Client-Cert: -----BEGIN CERTIFICATE----- MIIB… -----END CERTIFICATE-----      Apache's %{SSL_CLIENT_CERT}s
 *     X-SSL-Client-Cert: -----BEGIN%20CERTIFICATE-----%0AMIIB…                            nginx's $ssl_client_escaped_cert
 *     Client-Cert: :MIIB…:                                                                RFC 9440
 *
 * Apache writes a space for each line break, older nginx a line break and a tab; without a certificate Apache writes
 * `(null)` or nothing. Source: docs/access-control.md; RFC 9440 section 2.2, RFC 8941 section 3.3.5. Pure.
 */
export type ClientCertificateForm = 'x-ssl-client-cert' | 'client-cert';

/** Characters of a header value that is read, and bytes of a certificate. */
export const LONGEST_CERTIFICATE = 64 * 1024;

/** One block only: two would mean that a proxy has added its header to what the client sent. */
const PEM = /^\s*-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]*)-----END CERTIFICATE-----\s*$/;

/** RFC 8941 wants parsers to take byte sequences without padding as well. */
const BASE64 = /^(?=.)(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;

/** The certificate as DER. Undefined: there is none, or the header is malformed or too long. */
export function readClientCertificate(headerValue: string, form: ClientCertificateForm): Buffer | undefined {
  if (headerValue.length > LONGEST_CERTIFICATE) return undefined;
  const base64 = form === 'client-cert' ? /^:([^:]*):$/.exec(headerValue)?.[1] : unwrapPem(headerValue);
  return base64 !== undefined && BASE64.test(base64) ? Buffer.from(base64, 'base64') : undefined;
}

function unwrapPem(headerValue: string): string | undefined {
  const pem = headerValue.includes('%') ? decodeUrl(headerValue) : headerValue;
  return PEM.exec(pem)?.[1]?.replaceAll(/\s/g, '');
}

/** Nothing where the encoding is wrong. */
function decodeUrl(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}
