/** The keys of [redis], a part of the table in ./keys. Pure. */
import { define } from './key';
import { createKind, integer, intervalMs, optional, path } from './kinds';
import { redisUrl } from './redis-url';

/** Braces choose the slot of a cluster; the rest would be a pattern in ACL rules and for SCAN. */
const keyPrefix = createKind('printable ASCII without spaces, braces, brackets, backslashes, * and ?', (text) =>
  /^[\x21-\x7e]+$/.test(text) && !/[{}*?[\]\\]/.test(text) ? text : undefined,
);

export const redisKeys = {
  redisUrl: define('redis', 'url', {
    kind: optional(redisUrl),
    default: '',
    documentation: 'The Redis that holds the index for several davits. Empty: none, the index is in memory.',
  }),
  redisPrefix: define('redis', 'prefix', {
    kind: keyPrefix,
    default: 'davit',
    documentation: 'What the names of all keys begin with. davits that share an index need the same one.',
  }),
  redisPasswordFile: define('redis', 'password_file', {
    kind: optional(path),
    default: '',
    documentation: 'A file with the password, instead of one in `url`. Needs `url`.',
  }),
  redisSentinelPasswordFile: define('redis', 'sentinel_password_file', {
    kind: optional(path),
    default: '',
    documentation:
      'A file with the password of the sentinels themselves. Needs a `url` with `-sentinel`. Empty: they ask for none.',
  }),
  redisTlsCa: define('redis', 'tls_ca', {
    kind: optional(path),
    default: '',
    documentation:
      'A PEM file: the authorities that may have issued the certificate of Redis. Needs a `url` with `rediss`. Empty: those that Node.js knows.',
  }),
  redisLookupTimeoutMs: define('redis', 'lookup_timeout', {
    kind: intervalMs,
    default: '0.5',
    unit: 'seconds',
    documentation: 'How long a lookup waits for Redis before it is answered 503.',
  }),
  redisCacheEntries: define('redis', 'cache_entries', {
    kind: integer(0, 10_000_000),
    default: '100000',
    documentation: 'How many answers of Redis a process keeps. 0: none.',
  }),
};
