/** What stands in the files of [redis], and the mistakes in them. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readRedisSettings, type FoundRedis } from '../../app/cli/redis-settings';
import type { RedisConfig } from '../../app/config/redis';
import { createCertificate } from '../support/certificate';
import { createTemporaryDirectory } from '../support/temporary-directory';

const NODE = { host: 'redis.example.com', port: 6379 };
const folder = createTemporaryDirectory();
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

const read = (changes: Partial<RedisConfig>): FoundRedis =>
  readRedisSettings({
    address: { kind: 'single', nodes: [NODE], usesTls: true },
    prefix: 'davit',
    lookupTimeoutMs: 500,
    cacheEntries: 10,
    ...changes,
  });

it('are none without a URL', () => {
  const withoutUrl = { prefix: 'davit', lookupTimeoutMs: 500, cacheEntries: 10, passwordFile: join(folder, 'missing') };

  expect(readRedisSettings(withoutUrl)).toEqual({ settings: undefined });
});

it.each([
  ['as it is', 'p@ss:word', 'p@ss:word'],
  ['without the end of the line', 'secret\n', 'secret'],
  ['without the end of a line of Windows', 'secret\r\n', 'secret'],
  ['with its spaces', ' a b \nmore', ' a b '],
])('has the password of a file, %s', (_how, text, password) => {
  const passwordFile = file('password', text);

  expect(read({ passwordFile, sentinelPasswordFile: passwordFile })).toEqual({
    settings: { kind: 'single', nodes: [NODE], usesTls: true, password, sentinelPassword: password },
  });
});

it('has the password of the URL when there is no file', () => {
  const address = { kind: 'single' as const, nodes: [NODE], usesTls: false, username: 'davit', password: 'x' };

  expect(read({ address })).toEqual({ settings: address });
});

it('has the authorities of a file', async () => {
  const { certificateFile } = await createCertificate(folder);

  expect(read({ tlsCaFile: certificateFile })).toMatchObject({
    settings: { tlsCa: readFileSync(certificateFile, 'utf8') },
  });
});

it('tells all files that cannot be read at once, by their keys', () => {
  const missing = join(folder, 'missing');
  const found = read({ passwordFile: missing, sentinelPasswordFile: folder, tlsCaFile: missing });

  expect(found).toEqual({
    mistakes: [
      expect.stringMatching(/^\[redis\] password_file: ENOENT/),
      expect.stringMatching(/^\[redis\] sentinel_password_file: EISDIR/),
      expect.stringMatching(/^\[redis\] tls_ca: ENOENT/),
    ],
  });
});

it.each([
  ['nothing', ''],
  ['something else', 'no certificate'],
  ['a damaged certificate', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'],
  ['a key', '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n'],
])('refuses authorities that are %s', (_what, text) => {
  const tlsCaFile = file('ca.pem', text);

  expect(read({ tlsCaFile })).toEqual({
    mistakes: [`[redis] tls_ca: ${tlsCaFile}: is not a certificate in PEM form`],
  });
});
