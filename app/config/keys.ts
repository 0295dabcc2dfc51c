/**
 * The table of all keys: it drives what is read from crane.conf and the environment, and the table in docs/configuration.md.
 * Sections [general] to [solr] are Crane's, with Crane's defaults; the others are ours. Pure.
 */
import { addressList, endpoint, listenAddress } from './addresses';
import { authKeys } from './auth-keys';
import { define, type Key } from './key';
import {
  accessLog,
  boolean,
  choice,
  httpUrl,
  integer,
  intervalMs,
  optional,
  parameterName,
  path,
  searchTemplate,
  secretHex,
  urlPart,
} from './kinds';
import { limitKeys } from './limits';
import { redisKeys } from './redis-keys';

export const keys = {
  debug: define('general', 'debug', {
    kind: boolean,
    default: 'false',
    turnedOnBy: 'CRANE_DEBUG',
    documentation:
      'Log everything: the same as `[log] level = debug`. `CRANE_DEBUG=true` turns it on too, whatever stands here.',
  }),
  dataDir: define('general', 'data_dir', {
    kind: path,
    default: '/var/lib/crane/metadata/',
    flag: 'dataDir',
    documentation: 'The directory with the redirect files; subdirectories are searched.',
  }),
  pollingIntervalMs: define('general', 'data_dir_polling_interval', {
    kind: intervalMs,
    default: '60',
    unit: 'seconds',
    documentation: 'How often `data_dir` is searched again, beside watching it.',
  }),
  endpoint: define('general', 'endpoint', {
    kind: optional(endpoint),
    default: '',
    documentation:
      'The name clients know this registry by, sent as `X-Docker-Endpoints`. Empty: what the request was sent to.',
  }),
  match: define('cdn', 'url_match', {
    kind: optional(urlPart),
    default: '',
    documentation: 'The part of a redirect URL to replace, as plain text. Needs `url_replace`.',
  }),
  replacement: define('cdn', 'url_replace', {
    kind: optional(urlPart),
    default: '',
    documentation: 'What to put in its place. Needs `url_match`.',
  }),
  secretHex: define('cdn', 'url_auth_secret', {
    kind: optional(secretHex),
    default: '',
    documentation: 'The key for signing v2 redirects with an Akamai token. Empty: redirects are not signed.',
  }),
  parameter: define('cdn', 'url_auth_param', {
    kind: parameterName,
    default: '_auth_',
    documentation: 'The query parameter that carries the token.',
  }),
  ttlSeconds: define('cdn', 'url_auth_ttl', {
    kind: integer(1),
    default: '300',
    unit: 'seconds',
    documentation: 'How long a token is valid.',
  }),
  algorithm: define('cdn', 'url_auth_algo', {
    kind: choice('sha256', 'sha1', 'md5'),
    default: 'sha256',
    documentation: 'The hash of the token, in any case.',
  }),
  isServingContent: define('serve_content', 'enable', {
    kind: boolean,
    default: 'false',
    documentation: 'Serve the files from this machine instead of redirecting.',
  }),
  contentDirV1: define('serve_content', 'content_dir_v1', {
    kind: path,
    default: '/var/www/pub/docker/v1/web/',
    documentation: 'The directory with the published v1 trees.',
  }),
  contentDirV2: define('serve_content', 'content_dir_v2', {
    kind: path,
    default: '/var/www/pub/docker/v2/web/',
    documentation: 'The directory with the published v2 trees.',
  }),
  usesXSendfile: define('serve_content', 'use_x_sendfile', {
    kind: boolean,
    default: 'true',
    documentation: 'Name the file to the web server in front in `X-Sendfile`; `false` sends the bytes from here.',
  }),
  gsaUrl: define('gsa', 'url', {
    kind: optional(httpUrl),
    default: '',
    documentation: 'A Google Search Appliance to answer `docker search`; the words are added as `q`.',
  }),
  solrUrl: define('solr', 'url', {
    kind: optional(searchTemplate),
    default: '',
    documentation: 'A Solr to answer `docker search`. Used alone when `[gsa] url` is set too.',
  }),
  listen: define('server', 'listen', {
    kind: listenAddress,
    default: '127.0.0.1:5000',
    flag: 'listen',
    documentation: 'Where to listen; port 0 takes any free port.',
  }),
  workers: define('server', 'workers', {
    kind: integer(1, 64),
    default: '1',
    flag: 'workers',
    documentation: 'How many processes answer. Each holds the whole index in memory.',
  }),
  trustedProxies: define('server', 'trusted_proxies', {
    kind: addressList,
    default: '',
    documentation: 'The proxies whose `X-Forwarded-*` headers are believed. Empty: none.',
  }),
  operators: define('server', 'operators', {
    kind: addressList,
    default: 'loopback',
    documentation: 'The clients that may see `/crane/` and `/metrics`. Empty: nobody.',
  }),
  tlsCert: define('server', 'tls_cert', {
    kind: optional(path),
    default: '',
    documentation:
      'A PEM file: the certificate of this server, then the intermediate ones. With it davit speaks https, and nothing else. Needs `tls_key`.',
  }),
  tlsKey: define('server', 'tls_key', {
    kind: optional(path),
    default: '',
    documentation: 'A PEM file: the private key of `tls_cert`, without a passphrase. Needs `tls_cert`.',
  }),
  ...limitKeys,
  ...authKeys,
  ...redisKeys,
  logLevel: define('log', 'level', {
    kind: choice('error', 'warn', 'info', 'debug'),
    default: 'info',
    documentation: 'The least important lines to log.',
  }),
  logFormat: define('log', 'format', {
    kind: choice('auto', 'json', 'text'),
    default: 'auto',
    documentation: '`auto`: text on a terminal, JSON elsewhere.',
  }),
  accessLog: define('log', 'access', {
    kind: optional(accessLog),
    default: '',
    documentation: 'Where to log every request. Empty: nowhere. A line is written about 20 ms after its answer.',
  }),
};

export const allKeys: readonly Key<unknown>[] = Object.values(keys);
