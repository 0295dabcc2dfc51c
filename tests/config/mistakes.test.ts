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
});
