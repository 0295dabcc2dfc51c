/** What a user reads when something is wrong. */
import { join } from 'node:path';

import type { Loaded } from '../../app/config/load-config';
import { ConfigurationFiles, mistakesOf } from './configuration-files';

let files: ConfigurationFiles;
beforeEach(() => {
  files = new ConfigurationFiles();
});
afterEach(() => files.remove());

const warningsOf = (loaded: Loaded): string[] => ('warnings' in loaded ? loaded.warnings : []);

describe('mistakes', () => {
  it('come all at once, with section, key and origin', () => {
    const config = files.write(`[general
[general]
debug = maybe
data_dir = %(nowhere)s
[cdn]
url_match = http://a
url_auth_secret = secret
nonsense
`);
    const loaded = files.load({
      flags: { config, listen: '5000' },
      environment: {
        DAVIT_GENERAL_DATA_DIR_POLLING_INTERVAL: '0',
        DAVIT_SOLR_URL: 'http://search.example.com/?key=hush',
        DAVIT_LOG_LEVEL: '',
      },
    });

    expect(mistakesOf(loaded)).toEqual([
      `${config}:1: stands before the first [section]`,
      `${config}:8: is neither [section] nor key = value`,
      `[general] debug (file ${config}): must be true or false (also 1, yes, on, 0, no, off), not "maybe"`,
      `[general] data_dir (file ${config}): names %(nowhere)s, which neither the section nor [DEFAULT] sets`,
      '[general] data_dir_polling_interval (environment DAVIT_GENERAL_DATA_DIR_POLLING_INTERVAL): must be a number of seconds above 0, at most 2147483, not "0"',
      `[cdn] url_auth_secret (file ${config}): must be an even number of hexadecimal digits`,
      '[solr] url (environment DAVIT_SOLR_URL): must be an http or https URL without user and password, with {0} where the words searched for belong',
      '[server] listen (--listen): must be HOST:PORT, [IPv6 address]:PORT or, for every interface, :PORT, not "5000"',
      '[log] level (environment DAVIT_LOG_LEVEL): must be error, warn, info or debug, not ""',
      `[cdn] url_match (file ${config}): needs [cdn] url_replace to be set as well`,
    ]);
  });

  it('name the flag that was wrong', () => {
    expect(mistakesOf(files.load({ flags: { dataDir: '' } }))).toEqual([
      '[general] data_dir (--data-dir): must be a path, not ""',
    ]);
  });

  it.each([
    ['url_match = a', '[cdn] url_match (file FILE): needs [cdn] url_replace to be set as well'],
    ['url_match = a\nurl_replace =', '[cdn] url_match (file FILE): needs [cdn] url_replace to be set as well'],
    ['url_replace = a', '[cdn] url_replace (file FILE): needs [cdn] url_match to be set as well'],
    [
      'url_replace = a\nurl_match = a\n b',
      '[cdn] url_match (file FILE): must be a part of a URL: ASCII without spaces, not "a\\nb"',
    ],
    [
      'url_replace = a\nurl_match = %(x)s',
      '[cdn] url_match (file FILE): names %(x)s, which neither the section nor [DEFAULT] sets',
    ],
    ['url_auth_secret = abc', '[cdn] url_auth_secret (file FILE): must be an even number of hexadecimal digits'],
    ['url_auth_algo = sha512', '[cdn] url_auth_algo (file FILE): must be sha256, sha1 or md5, not "sha512"'],
  ])('in [cdn] stop the start: %j', (lines, mistake) => {
    expect(mistakesOf(files.loadText(`[cdn]\n${lines}\n`))).toEqual([
      mistake.replace('FILE', join(files.directory, 'crane.conf')),
    ]);
  });
});

describe('a key that needs another one', () => {
  const REALM = 'token_realm = https://auth.example.com/token';
  it.each([
    ['[server]\ntls_cert = a', ['[server] tls_cert (file FILE): needs [server] tls_key']],
    ['[server]\ntls_key = a', ['[server] tls_key (file FILE): needs [server] tls_cert']],
    ['[server]\ntls_cert = a\ntls_key =', ['[server] tls_cert (file FILE): needs [server] tls_key']],
    ['[server]\ntls_cert = a\ntls_key = b', []],
    ['[server]\ntls_cert =\ntls_key =', []],
    [
      '[auth]\ncertificate_header = client-cert',
      ['[auth] certificate_header (file FILE): needs [server] trusted_proxies'],
    ],
    ['[auth]\ncertificate_header = client-cert\n[server]\ntrusted_proxies = loopback', []],
    [`[auth]\n${REALM}`, ['[auth] token_realm (file FILE): needs [auth] token_keys']],
    [
      '[auth]\ntoken_keys = a',
      [
        '[auth] token_keys (file FILE): needs [auth] token_realm',
        '[auth] token_keys (file FILE): needs [auth] token_issuer',
      ],
    ],
    [`[auth]\ntoken_keys = a\n${REALM}`, ['[auth] token_keys (file FILE): needs [auth] token_issuer']],
    // The name of the other service may be the same as ours, but somebody has to say so.
    [`[auth]\ntoken_keys = a\n${REALM}\ntoken_issuer = davit`, []],
    ['[auth]\ntoken_issuer = other\ntoken_service = other', []],
  ])('%j', (text, mistakes) => {
    const file = join(files.directory, 'crane.conf');
    expect(mistakesOf(files.loadText(`${text}\n`))).toEqual(
      mistakes.map((mistake) => `${mistake.replace('FILE', file)} to be set as well`),
    );
  });

  it('finds it in the environment, too', () => {
    const config = files.write('[server]\ntls_cert = a\n');
    const load = (value: string): Loaded =>
      files.load({ flags: { config }, environment: { DAVIT_SERVER_TLS_KEY: value } });
    expect(mistakesOf(load('b'))).toEqual([]);
    expect(mistakesOf(load(''))).toEqual([
      `[server] tls_cert (file ${config}): needs [server] tls_key to be set as well`,
    ]);
  });
});

describe('[auth]', () => {
  it.each([
    ['certificate_header = x-client-cert', 'must be x-ssl-client-cert or client-cert, not "x-client-cert"'],
    ['token_ttl = 59', 'must be a whole number from 60 to 86400, not "59"'],
    ['token_signing_keys =', 'must be paths without spaces, separated by commas or spaces, not ""'],
    ['token_service = a"b', 'must be ASCII text without quotes, backslashes and commas, not "a\\"b"'],
    ['token_issuer =', 'must be text without control characters, not ""'],
  ])('%j', (line, mistake) => {
    const key = line.slice(0, line.indexOf(' '));
    expect(mistakesOf(files.loadText(`[server]\ntrusted_proxies = loopback\n[auth]\n${line}\n`))).toEqual([
      `[auth] ${key} (file ${join(files.directory, 'crane.conf')}): ${mistake}`,
    ]);
  });
});

describe('warnings', () => {
  it('tell what is ignored', () => {
    const config = files.write(
      '[general]\ndata_dri = /x\n[General]\ndebug = true\n[__proto__]\nconstructor = 1\n[log]\n__proto__ = 1\n',
    );
    const loaded = files.load({
      flags: { config },
      environment: { DAVIT_LOG_LEVLE: 'debug', DAVIT___PROTO__: '', PATH: '/bin', DAVIT_LOG_LEVEL: 'info' },
    });

    expect(warningsOf(loaded)).toEqual([
      `[general] data_dri (file ${config}): no such key, ignored`,
      `[General] (file ${config}): no such section, ignored`,
      `[__proto__] (file ${config}): no such section, ignored`,
      `[log] __proto__ (file ${config}): no such key, ignored`,
      'environment DAVIT_LOG_LEVLE: no such key, ignored',
      'environment DAVIT___PROTO__: no such key, ignored',
    ]);
  });

  it('say which search service is used when both are set', () => {
    const loaded = files.loadText('[gsa]\nurl = http://a/\n[solr]\nurl = http://b/{0}\n');

    expect(loaded).toMatchObject({
      config: { search: { gsaUrl: 'http://a/', solrUrl: 'http://b/{0}' } },
      warnings: ['[gsa] url: not used, because [solr] url is set too'],
    });
  });

  const OPEN_PASSWORDS =
    '[auth] htpasswd: passwords travel unencrypted without [server] tls_cert, ' +
    'or a proxy that ends TLS and is named in [server] trusted_proxies';

  it.each([
    ['', [OPEN_PASSWORDS]],
    ['[server]\ntrusted_proxies = loopback\n', []],
    ['[server]\ntls_cert = /c.pem\ntls_key = /k.pem\n', []],
  ])('say that passwords travel unencrypted: %j', (server, warnings) => {
    expect(warningsOf(files.loadText(`${server}[auth]\nhtpasswd = /etc/davit/passwords\n`))).toEqual(warnings);
  });
});
