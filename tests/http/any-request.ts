/**
 * Requests of every kind for property tests: paths close to real ones and far from them, with odd headers; some are no
 * HTTP at all.
 */
import fc from 'fast-check';
import { METHODS } from 'node:http';
import { formatRequest } from './raw-exchange';
import { DOCKER_1_12, DOCKER_1_7, DOCKER_1_9, IMAGE, imageIdOf, LIST, LISTS_TYPE, SCHEMA2_TYPE } from './repositories';

export const anyOf = (...values: string[]): fc.Arbitrary<string> => fc.constantFrom(...values);
const bytes = (maxLength: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.integer({ min: 0x21, max: 0xff }).map((code) => String.fromCharCode(code)), maxLength });

const method = fc.oneof(
  { arbitrary: anyOf('GET', 'HEAD'), weight: 6 },
  { arbitrary: anyOf(...METHODS.filter((name) => name !== 'CONNECT')), weight: 2 },
  { arbitrary: bytes(8), weight: 1 },
);

export const words = [
  ...['manifests', 'blobs', 'tags', 'list', 'referrers', '_catalog', 'images', 'search', 'users', '_ping', 'json'],
  ...['latest', 'only1', 'only2', 'nowhere', 'demo', 'five', 'flat', 'v1', 'v2', 'solo', 'secret', 'library', 'query'],
  ...[LIST, IMAGE, imageIdOf('1'), imageIdOf('4'), 'sha256:', 'sha512:0', '__proto__', 'constructor'],
  ...['', '.', '..', '%2e%2e', '%2F', '%00', '%0d%0aX:y', '%zz', '%', '%E4%B8%AD', '%C3', '?', '?n=', '#', '\\', ';'],
  ...['?n=1', '?n=0&last=a', '?last=%0d%0a', '?q=x', 'a'.repeat(300), '\xe4', '\x80', '"', '<script>', '{0}', '*', '@'],
];
const place = anyOf(
  ...['/v2/', '/v2/demo/five/', '/v2/demo/five/manifests/', '/v2/demo/flat/manifests/', '/v2/secret/five/manifests/'],
  ...[
    '/v2/demo/query/blobs/',
    '/v2/demo/four/tags/',
    '/v1/repositories/',
    '/v1/images/',
    '/v1/',
    '/',
    '/v2',
    '/crane/',
  ],
  ...['http://registry.example.com/v2/', 'http://[', 'HTTPS://x:y@[::1]:99999/v2/', '//', '/metrics', '/V2/'],
);
const known = anyOf(
  ...['/v2/_catalog', '/v2/demo/five/tags/list', '/v2/demo/five/manifests/only1', '/v2/demo/flat/manifests/x'],
  ...['/v1/search', '/v1/repositories/demo/v1/images', `/v1/images/${imageIdOf('1')}/layer`, '/crane/repositories'],
);
const query = anyOf('', '?', '?n=x', '?n=2', '?n=-1&last=a', '?last=%00%ff', '?q=%0d%0a', '?q', '?ns=y&n=1001', '?%');
const target = fc.oneof(
  { arbitrary: fc.tuple(known, fc.tuple(query)), weight: 4 },
  { arbitrary: fc.tuple(place, fc.array(anyOf(...words), { maxLength: 5 })), weight: 8 },
  { arbitrary: fc.tuple(place, fc.array(bytes(12), { maxLength: 3 })), weight: 2 },
  { arbitrary: fc.tuple(bytes(20), fc.constant<string[]>([])), weight: 1 },
);
const path = target.map(([start, parts]) => start + parts.join('/'));

const mediaRange = fc
  .tuple(
    anyOf(LISTS_TYPE, SCHEMA2_TYPE, '*/*', 'application/*', 'application/json', 'text/html', '', '/'),
    anyOf('', ';q=0', ';q=0.5', '; Q=0.000', ';q=x', ';;', ' ; charset="a,b"'),
  )
  .map((parts) => parts.join(''));
const headerText = fc.string({
  unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code)),
  maxLength: 30,
});
const accept = fc.oneof(
  fc.array(mediaRange, { maxLength: 4 }).map((ranges) => ranges.join(', ')),
  headerText,
);
const userAgent = fc.oneof(
  anyOf(DOCKER_1_7, DOCKER_1_9, DOCKER_1_12, 'docker/1.', 'docker/999999999999.1', 'containerd/1.7'),
  headerText,
);
const otherHeader = fc.oneof(
  anyOf(
    ...['Range: bytes=0-1', 'If-None-Match: *', 'Authorization: Basic Og==', 'X-Forwarded-For: 127.0.0.1', 'Via: x'],
    ...['Forwarded: for=127.0.0.1', 'Upgrade: websocket', 'Expect: 100-continue', 'Content-Length: 0', 'Host: y'],
  ),
  fc.tuple(anyOf('Accept', 'X-Any', 'Cookie', 'Referer'), headerText).map(([name, text]) => `${name}: ${text}`),
);
/** `text` is the whole request. */
export const anyRequest = fc
  .record({ method, path, accept, userAgent, others: fc.array(otherHeader, { maxLength: 2 }) })
  .map((parts) => ({
    ...parts,
    text: formatRequest(parts.method, parts.path, [
      `Accept: ${parts.accept}`,
      `User-Agent: ${parts.userAgent}`,
      ...parts.others,
    ]),
  }));
