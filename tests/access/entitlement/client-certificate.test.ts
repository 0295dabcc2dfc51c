/** Client certificates as proxies hand them on. */
import * as fc from 'fast-check';
import { type ClientCertificateForm, readClientCertificate } from '../../../app/access/entitlement/client-certificate';

const der = Buffer.from(Array.from({ length: 100 }, (_, index) => (index * 37 + 255) & 255));
const base64 = der.toString('base64');
const lines = base64.match(/.{1,64}/g) ?? [];

const pem = (body: string, separator = '\n'): string =>
  ['-----BEGIN CERTIFICATE-----', body, '-----END CERTIFICATE-----'].join(separator);

const xSslClientCert = (value: string): Buffer | undefined => readClientCertificate(value, 'x-ssl-client-cert');
const clientCert = (value: string): Buffer | undefined => readClientCertificate(value, 'client-cert');

describe('X-SSL-Client-Cert', () => {
  it.each([
    ['Apache, spaces for line breaks', pem(lines.join(' '), ' ')],
    ['Apache, with the last line break', `${pem(lines.join(' '), ' ')} `],
    ['tabs for line breaks', pem(lines.join('\t'), '\t')],
    ['line breaks and tabs, as old nginx folds them', pem(lines.join('\n\t'), '\n\t')],
    ['Windows line breaks', pem(lines.join('\r\n'), '\r\n')],
    ['no line breaks at all', pem(base64, '')],
    ['encoded by nginx', encodeURIComponent(`${pem(lines.join('\n'))}\n`)],
    [
      'encoded by nginx, what need not be left as it is',
      pem(lines.join('\n')).replaceAll(/[\n +]/g, encodeURIComponent),
    ],
  ])('%s', (_what, value) => {
    expect(xSslClientCert(value)).toEqual(der);
  });

  it.each([
    ['empty', ''],
    ['as Apache writes none', '(null)'],
    ['space', ' '],
    ['bare Base64', base64],
    ['the other header', `:${base64}:`],
    ['without an end', `-----BEGIN CERTIFICATE----- ${base64}`],
    ['without a beginning', `${base64} -----END CERTIFICATE-----`],
    ['without content', pem('', ' ')],
    ['with spaces for content', pem('  ', ' ')],
    ['a private key', pem(base64, ' ').replaceAll('CERTIFICATE', 'PRIVATE KEY')],
    ['two certificates', `${pem(base64, ' ')} ${pem(base64, ' ')}`],
    ['two headers, joined', `${pem(base64, ' ')}, ${pem(base64, ' ')}`],
    ['something before it', `x ${pem(base64, ' ')}`],
    ['something behind it', `${pem(base64, ' ')} x`],
    ['Base64 of URLs', pem(base64.replaceAll('+', '-').replaceAll('/', '_'), ' ')],
    ['Base64 that is cut', pem(base64.slice(0, 97), ' ')],
    ['padding in the middle', pem(`${base64}${base64}`, ' ')],
    ['encoded wrongly', `${encodeURIComponent(pem(base64))}%`],
    ['encoded as no UTF-8', `${encodeURIComponent(pem(base64))}%ff`],
    ['encoded twice', encodeURIComponent(encodeURIComponent(pem(base64)))],
  ])('is none: %s', (_what, value) => {
    expect(xSslClientCert(value)).toBeUndefined();
  });
});

describe('Client-Cert', () => {
  it.each([
    ['as RFC 9440 has it', `:${base64}:`],
    ['without padding', `:${base64.replaceAll('=', '')}:`],
  ])('%s', (_what, value) => {
    expect(clientCert(value)).toEqual(der);
  });

  it.each([
    ['empty', ''],
    ['no bytes', '::'],
    ['one colon', ':'],
    ['bare Base64', base64],
    ['without its end', `:${base64}`],
    ['without its beginning', `${base64}:`],
    ['spaces in it', `:${lines.join(' ')}:`],
    ['a line break in it', `:${base64}\n:`],
    ['several', `:${base64}:, :${base64}:`],
    ['parameters', `:${base64}:;a=1`],
    ['Base64 of URLs', `:${base64.replaceAll('+', '-').replaceAll('/', '_')}:`],
    ['encoded for a URL', encodeURIComponent(`:${base64}:`)],
    ['PEM', pem(base64, ' ')],
    ['one character', ':A:'],
    ['padding of a whole', ':AAAA=:'],
    ['more padding than there can be', ':AA===:'],
    ['less padding than there must be', ':AA=:'],
  ])('is none: %s', (_what, value) => {
    expect(clientCert(value)).toBeUndefined();
  });
});

describe.each<[form: ClientCertificateForm, write: (body: string) => string]>([
  ['x-ssl-client-cert', (body) => pem(body, ' ')],
  ['client-cert', (body) => `:${body}:`],
])('%s', (form, write) => {
  it('is read up to 64 kB', () => {
    const most = 65_536 - write('').length;
    // Whole groups of Base64, and what remains without padding.
    const body = (length: number): string => 'A'.repeat(length % 4 === 1 ? length - 1 : length);
    expect(readClientCertificate(write(body(most)), form)).toBeDefined();
    expect(readClientCertificate(write(body(most + 4)), form)).toBeUndefined();
  });

  it('gives every certificate back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1 }), (bytes) => {
        const given = Buffer.from(bytes);
        expect(readClientCertificate(write(given.toString('base64')), form)).toEqual(given);
      }),
    );
  });

  it('never throws', () => {
    const parts = fc.constantFrom(
      ...[
        '-----BEGIN CERTIFICATE-----',
        '-----END CERTIFICATE-----',
        ' ',
        '\n',
        '%',
        '%0A',
        '%2B',
        ':',
        'AAAA',
        'A',
        '=',
      ],
    );
    const values = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(parts).map((some) => some.join('')),
    );
    fc.assert(
      fc.property(values, (value) => {
        expect(readClientCertificate(value, form)?.length).not.toBe(0);
      }),
      { numRuns: 500 },
    );
  });
});
