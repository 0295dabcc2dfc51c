/** The section [redis]: its URL in all its forms, and keys that contradict one another. */
import { join } from 'node:path';

import { redisUrl, type RedisAddress } from '../../app/config/redis-url';
import { ConfigurationFiles, expectConfig, mistakesOf } from './configuration-files';

let files: ConfigurationFiles;
beforeEach(() => {
  files = new ConfigurationFiles();
});
afterEach(() => files.remove());

const accepted: [written: string, address: RedisAddress][] = [
  ['redis://localhost', { kind: 'single', nodes: [{ host: 'localhost', port: 6379 }], usesTls: false }],
  ['redis://localhost/', { kind: 'single', nodes: [{ host: 'localhost', port: 6379 }], usesTls: false }],
  ['redis://[::1]:6380/2', { kind: 'single', nodes: [{ host: '::1', port: 6380 }], db: 2, usesTls: false }],
  ['REDISS://10.0.0.1/0', { kind: 'single', nodes: [{ host: '10.0.0.1', port: 6379 }], db: 0, usesTls: true }],
  [
    'redis://:s%40cret%3A%2F@redis:1',
    { kind: 'single', nodes: [{ host: 'redis', port: 1 }], password: 's@cret:/', usesTls: false },
  ],
  [
    'redis://d%C3%A1vid:p@redis',
    { kind: 'single', nodes: [{ host: 'redis', port: 6379 }], username: 'dávid', password: 'p', usesTls: false },
  ],
  [
    'redis://davit@redis',
    { kind: 'single', nodes: [{ host: 'redis', port: 6379 }], username: 'davit', usesTls: false },
  ],
  [
    'redis-sentinel://a,b:1/my.master_1',
    {
      kind: 'sentinel',
      nodes: [
        { host: 'a', port: 26_379 },
        { host: 'b', port: 1 },
      ],
      masterName: 'my.master_1',
      usesTls: false,
    },
  ],
  [
    'rediss-sentinel://davit:p@[2001:db8::1]:1/mymaster/3',
    {
      kind: 'sentinel',
      nodes: [{ host: '2001:db8::1', port: 1 }],
      masterName: 'mymaster',
      username: 'davit',
      password: 'p',
      db: 3,
      usesTls: true,
    },
  ],
  [
    'redis-cluster://a:1,b',
    {
      kind: 'cluster',
      nodes: [
        { host: 'a', port: 1 },
        { host: 'b', port: 6379 },
      ],
      usesTls: false,
    },
  ],
  ['rediss-cluster://:p@a/', { kind: 'cluster', nodes: [{ host: 'a', port: 6379 }], password: 'p', usesTls: true }],
];

describe('[redis] url', () => {
  it.each(accepted)('%s', (written, address) => {
    expect(redisUrl.parse(written)).toEqual({ value: address });
  });

  it.each([
    ...['redis', 'redis:', 'redis:/a', 'redis://', 'http://a', 'unix:///run/redis.sock', 'redis-sentinels://a/m'],
    ...['redis://a b', 'redis://a:0', 'redis://a:65536', 'redis://a:', 'redis://fe80::1', 'redis://[fe80::1%eth0]'],
    ...['redis://10.0.0', 'redis://a,b', 'redis://a/x', 'redis://a/-1', 'redis://a/1/2', 'redis://a/123456'],
    ...['redis://a?db=1', 'redis://a/1?x', 'redis://a#b', 'redis://:1'],
    // Credentials: without anything, without a password behind the colon, with characters that must be written as %XX.
    ...['redis://@a', 'redis://:@a', 'redis://user:@a', 'redis://:p%@a', 'redis://:p%ff@a', 'redis://u:p:q@a'],
    ...['redis://:p@q@a', 'redis://:p/q@a', 'redis://:p#q@a', 'redis://:p?q@a'],
    ...['redis-sentinel://a', 'redis-sentinel://a/', 'redis-sentinel://a/m m', 'redis-sentinel://a/m/x'],
    ...[
      'redis-sentinel://a,/m',
      'redis-sentinel://a, b/m',
      'redis-cluster://a/1',
      'redis-cluster://a,',
      'redis-cluster://',
    ],
  ])('is not %j', (written) => {
    expect(redisUrl.parse(written)).toEqual({ mistake: `must be ${redisUrl.form}` });
  });

  it('may hold a secret, so a mistake does not repeat it', () => {
    expect(mistakesOf(files.loadText('[redis]\nurl = redis://:hush@a:x\n'))).toEqual([
      `[redis] url (file ${join(files.directory, 'crane.conf')}): must be ${redisUrl.form}`,
    ]);
  });
});

describe('[redis]', () => {
  it('is read from the file and from the environment', () => {
    const text =
      '[redis]\nprefix = registry:1\npassword_file = /p\ntls_ca = /ca.pem\nlookup_timeout = 2\ncache_entries = 0\n';
    const loaded = files.load({
      flags: { config: files.write(text) },
      environment: { DAVIT_REDIS_URL: 'rediss-sentinel://davit@a/m', DAVIT_REDIS_SENTINEL_PASSWORD_FILE: '/s' },
    });
    expect(expectConfig(loaded).redis).toEqual({
      address: {
        kind: 'sentinel',
        nodes: [{ host: 'a', port: 26_379 }],
        masterName: 'm',
        username: 'davit',
        usesTls: true,
      },
      prefix: 'registry:1',
      passwordFile: '/p',
      sentinelPasswordFile: '/s',
      tlsCaFile: '/ca.pem',
      lookupTimeoutMs: 2000,
      cacheEntries: 0,
    });
  });

  const PREFIX = 'must be printable ASCII without spaces, braces, brackets, backslashes, * and ?, not';
  it.each([
    ['prefix =', `[redis] prefix (ORIGIN): ${PREFIX} ""`],
    ...['a b', '{a}', 'a*', 'a?', '[a', 'é'].map((prefix) => [
      `prefix = ${prefix}`,
      `[redis] prefix (ORIGIN): ${PREFIX} "${prefix}"`,
    ]),
    ['cache_entries = -1', '[redis] cache_entries (ORIGIN): must be a whole number from 0 to 10000000, not "-1"'],
    [
      'lookup_timeout = 0',
      '[redis] lookup_timeout (ORIGIN): must be a number of seconds above 0, at most 2147483, not "0"',
    ],
    ['password_file = a', '[redis] password_file (ORIGIN): needs [redis] url to be set as well'],
    ['sentinel_password_file = a', '[redis] sentinel_password_file (ORIGIN): needs [redis] url to be set as well'],
    ['tls_ca = a', '[redis] tls_ca (ORIGIN): needs [redis] url to be set as well'],
    [
      'url = redis://:p@a\npassword_file = a',
      '[redis] password_file (ORIGIN): is not allowed, because [redis] url has a password',
    ],
    [
      'url = redis-cluster://a\nsentinel_password_file = a',
      '[redis] sentinel_password_file (ORIGIN): needs a [redis] url with -sentinel',
    ],
    [
      'url = redis://davit@a',
      '[redis] url (ORIGIN): names a user without a password, and [redis] password_file is not set',
    ],
    ['url = redis://a\ntls_ca = a', '[redis] tls_ca (ORIGIN): needs a [redis] url with rediss'],
  ])('%j', (lines = '', mistake = '') => {
    expect(mistakesOf(files.loadText(`[redis]\n${lines}\n`))).toEqual([
      mistake.replace('ORIGIN', `file ${join(files.directory, 'crane.conf')}`),
    ]);
  });

  it('names the variable that contradicts the file', () => {
    const config = files.write('[redis]\nurl = redis://a\n');
    expect(mistakesOf(files.load({ flags: { config }, environment: { DAVIT_REDIS_TLS_CA: '/ca.pem' } }))).toEqual([
      '[redis] tls_ca (environment DAVIT_REDIS_TLS_CA): needs a [redis] url with rediss',
    ]);
  });
});

describe('[general] data_dir', () => {
  it.each([
    ['nowhere', {}, false],
    ['the file', { flags: { config: 'FILE' } }, true],
    ['the environment', { environment: { DAVIT_GENERAL_DATA_DIR: '/var/lib/crane/metadata/' } }, true],
    ['the command line', { flags: { dataDir: '/d' } }, true],
  ])('is known to be set by %s', (_where, sources: { flags?: object; environment?: Record<string, string> }, isSet) => {
    const config = files.write('[general]\ndata_dir = /d\n');
    const flags = { ...sources.flags, ...(sources.flags && 'config' in sources.flags && { config }) };
    expect(expectConfig(files.load({ ...sources, flags })).general.isDataDirSet).toBe(isSet);
  });
});
