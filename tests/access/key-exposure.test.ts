/** Files of private keys that more than their owner may use. */
import { chmodSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findExposure } from '../../app/access/tokens/key-exposure';
import { loadOrCreateSigningKey } from '../../app/access/tokens/load-signing-key';
import { createTemporaryDirectory } from '../support/temporary-directory';

function createFile(mode: number): string {
  const path = join(createTemporaryDirectory(), 'token.pem');
  writeFileSync(path, '');
  chmodSync(path, mode);
  return path;
}

it.each([0o600, 0o400, 0o700])('nothing is said of the mode %i', async (mode) => {
  expect(await findExposure(createFile(mode))).toBeUndefined();
});

it.each([
  [0o644, '0644'],
  [0o640, '0640'],
  [0o604, '0604'],
  [0o620, '0620'],
  [0o044, '0044'],
])('of the mode %i: %s', async (mode, written) => {
  expect(await findExposure(createFile(mode))).toBe(
    `is a private key that others may use: its mode is ${written}, and 0600 is enough`,
  );
});

it('a link is looked through', async () => {
  const [open, closed] = [createFile(0o644), createFile(0o600)];
  symlinkSync(open, `${open}.link`);
  symlinkSync(closed, `${closed}.link`);

  expect(await findExposure(`${open}.link`)).toContain('0644');
  expect(await findExposure(`${closed}.link`)).toBeUndefined();
});

it('nothing is said of a key that was made here', async () => {
  const path = join(createTemporaryDirectory(), 'token.pem');
  await loadOrCreateSigningKey(path);

  expect(await findExposure(path)).toBeUndefined();
});
