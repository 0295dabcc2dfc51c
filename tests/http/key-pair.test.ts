/** Certificates and keys as openssl writes them, and what an operator reads when they do not fit. */
import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadKeyPair, type LoadedKeyPair } from '../../app/http/key-pair';
import { createCertificate, type Certificate } from '../support/certificate';
import { createTemporaryDirectory } from '../support/temporary-directory';

let folder: string;
let own: Certificate;
let other: Certificate;
const inFolder = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = createTemporaryDirectory();
  own = await createCertificate(folder);
  mkdirSync(inFolder('other'));
  other = await createCertificate(inFolder('other'));
  writeFileSync(inFolder('empty.pem'), '');
  writeFileSync(inFolder('text.pem'), 'no certificate\n');
});

function openssl(...args: string[]): void {
  const { status, stderr } = spawnSync('openssl', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`openssl ${args.join(' ')}: ${stderr}`);
}

const refused = (...mistakes: unknown[]): unknown => ({ mistakes });

const load = (certFile: string, keyFile: string): LoadedKeyPair => loadKeyPair({ certFile, keyFile });

describe('a pair that fits', () => {
  it('is read as it is, with its time', () => {
    const loaded = load(own.certificateFile, own.keyFile);
    expect(loaded).toEqual({
      pair: {
        cert: readFileSync(own.certificateFile),
        key: readFileSync(own.keyFile),
        validFrom: expect.any(Date) as Date,
        validUntil: expect.any(Date) as Date,
      },
    });
    const { validFrom, validUntil } = (loaded as Extract<LoadedKeyPair, { pair: object }>).pair;
    expect(Math.round((validUntil.getTime() - validFrom.getTime()) / 86_400_000)).toBe(2);
  });

  it('may be in one file, with intermediate certificates', () => {
    const bundle = inFolder('bundle.pem');
    for (const file of [own.certificateFile, other.certificateFile, own.keyFile])
      appendFileSync(bundle, readFileSync(file));
    expect(load(bundle, bundle)).toHaveProperty('pair');
  });

  it.each([
    ['RSA, as PKCS 8', ['-newkey', 'rsa:2048'], []],
    ['RSA, in the old form', ['-newkey', 'rsa:2048'], ['rsa', '-traditional']],
    ['EC, in the old form', ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-384'], ['ec']],
    ['Ed25519', ['-newkey', 'ed25519'], []],
  ])('may be %s', (name, newKey, convert) => {
    const [cert, made, key] = [inFolder(`${name}.crt`), inFolder(`${name}.made`), inFolder(`${name}.key`)];
    openssl('req', '-x509', ...newKey, '-nodes', '-days', '2', '-subj', '/CN=localhost', '-keyout', made, '-out', cert);
    if (convert.length > 0) openssl(...convert, '-in', made, '-out', key);
    expect(load(cert, convert.length > 0 ? key : made)).toHaveProperty('pair');
  });
});

describe('a mistake names the key and the file', () => {
  const CERT = 'holds no certificate in PEM';
  const KEY = 'holds no private key in PEM that can be read without a passphrase';

  it.each([
    ['missing.crt', 'there is no such file'],
    ['other', 'cannot be read (EISDIR)'],
    ['empty.pem', CERT],
    ['text.pem', CERT],
    ['server.key', CERT],
  ])('tls_cert = %s', (name, what) => {
    expect(load(inFolder(name), own.keyFile)).toEqual(refused(`[server] tls_cert: ${inFolder(name)}: ${what}`));
  });

  it.each([
    ['missing.key', 'there is no such file'],
    ['other', 'cannot be read (EISDIR)'],
    ['empty.pem', KEY],
    ['text.pem', KEY],
    ['server.crt', KEY],
  ])('tls_key = %s', (name, what) => {
    expect(load(own.certificateFile, inFolder(name))).toEqual(refused(`[server] tls_key: ${inFolder(name)}: ${what}`));
  });

  it.each([
    ['PKCS 8', ['pkcs8', '-topk8']],
    ['the old form', ['ec', '-aes256']],
  ])('a key with a passphrase, in %s', (name, convert) => {
    const key = inFolder(`${name}.encrypted`);
    openssl(...convert, '-in', own.keyFile, '-passout', 'pass:secret', '-out', key);
    expect(load(own.certificateFile, key)).toEqual(refused(`[server] tls_key: ${key}: ${KEY}`));
  });

  it('both, at once', () => {
    const [cert, key] = [inFolder('missing.crt'), inFolder('empty.pem')];
    expect(load(cert, key)).toEqual(
      refused(`[server] tls_cert: ${cert}: there is no such file`, `[server] tls_key: ${key}: ${KEY}`),
    );
  });

  it('the key of another certificate', () => {
    expect(load(own.certificateFile, other.keyFile)).toEqual(
      refused(`[server] tls_key: ${other.keyFile}: is not the key of the first certificate in ${own.certificateFile}`),
    );
  });

  it.each([
    ['cut off', '-----BEGIN CERTIFICATE-----\nMIIB\n', /: cannot be used: .*PEM/],
    ['nonsense', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n', /: cannot be used: .*asn1/],
  ])('an intermediate certificate that is %s', (name, added, mistake) => {
    const chain = inFolder(`${name}.pem`);
    writeFileSync(chain, `${readFileSync(own.certificateFile, 'utf8')}${added}`);
    expect(load(chain, own.keyFile)).toEqual(refused(expect.stringMatching(mistake) as string));
  });

  it('never shows the key', () => {
    const { mistakes } = load(own.keyFile, own.certificateFile) as { mistakes: string[] };
    expect(mistakes).toHaveLength(2);
    expect(mistakes.join()).not.toMatch(/PRIVATE|[A-Za-z0-9+/]{40}/);
  });
});
