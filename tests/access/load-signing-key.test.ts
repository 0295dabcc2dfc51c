/** The file of the signing key: made once, by whoever comes first, and kept. */
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadOrCreateSigningKey } from '../../app/access/tokens/load-signing-key';
import { generateSigningKeyPem } from '../../app/access/tokens/signing-key';
import { createTemporaryDirectory } from '../support/temporary-directory';

const modeOf = (path: string): number => statSync(path).mode & 0o777;

it('reads the key that is there', async () => {
  const path = join(createTemporaryDirectory(), 'token.pem');
  const pem = generateSigningKeyPem();
  writeFileSync(path, pem);
  const key = await loadOrCreateSigningKey(path);

  expect(key.privateKey.export({ type: 'pkcs8', format: 'pem' })).toBe(pem);
  expect(readFileSync(path, 'utf8')).toBe(pem);
});

it('makes a key and its directory, which nobody else may read', async () => {
  const parent = createTemporaryDirectory();
  const path = join(parent, 'a/b/token.pem');
  const made = await loadOrCreateSigningKey(path);
  const again = await loadOrCreateSigningKey(path);

  expect(again.id).toBe(made.id);
  expect([modeOf(path), modeOf(join(parent, 'a')), modeOf(join(parent, 'a/b'))]).toEqual([0o600, 0o700, 0o700]);
});

it('all that start at once have one key, and leave one file', async () => {
  const folder = createTemporaryDirectory();
  const path = join(folder, 'new/token.pem');
  const keys = await Promise.all(Array.from({ length: 20 }, () => loadOrCreateSigningKey(path)));

  expect(new Set(keys.map(({ id }) => id)).size).toBe(1);
  expect(readdirSync(join(folder, 'new'))).toEqual(['token.pem']);
});

describe('throws', () => {
  it.each([
    ['a directory in its place', 'token.pem', (folder: string) => mkdirSync(join(folder, 'token.pem')), 'EISDIR'],
    [
      'a file in the place of its directory',
      'x/token.pem',
      (folder: string) => writeFileSync(join(folder, 'x'), ''),
      'ENOTDIR',
    ],
    ['a name that leaves no room for the draft', 'x'.repeat(250), () => undefined, 'ENAMETOOLONG'],
  ])('with its cause: %s', async (_what, name, prepare, code) => {
    const folder = createTemporaryDirectory();
    prepare(folder);
    const before = readdirSync(folder);

    await expect(loadOrCreateSigningKey(join(folder, name))).rejects.toMatchObject({
      message: `the signing key ${join(folder, name)} can be neither read nor created`,
      cause: { code },
    });
    expect(readdirSync(folder)).toEqual(before);
  });

  it('where no directory can be made, and ends', async () => {
    await expect(loadOrCreateSigningKey('/proc/no/such/token.pem')).rejects.toMatchObject({
      cause: { code: 'ENOENT' },
    });
  });

  it('when the file holds something else, without repeating it', async () => {
    const path = join(createTemporaryDirectory(), 'token.pem');
    writeFileSync(path, 'secret');

    await expect(loadOrCreateSigningKey(path)).rejects.toThrow(
      `the signing key ${path} is no PEM of a private key without a passphrase`,
    );
    expect(readFileSync(path, 'utf8')).toBe('secret');
  });
});
