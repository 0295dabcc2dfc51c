/** Under which address the client knows the registry: who is believed, and what is an address at all. */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import fc from 'fast-check';
import { createAddressSet } from '../../app/http/client-address';
import { findOrigin, type Origin } from '../../app/http/request-origin';

const isTrusted = createAddressSet(['127.0.0.0/8', '10.0.0.0/8', '2001:db8::/32']);

const PROXY = '127.0.0.1';
const CLIENT = '192.0.2.7';

interface Connection {
  peer?: string | undefined;
  isEncrypted?: boolean;
}

function find(headers: IncomingHttpHeaders, connection: Connection = {}): string | undefined {
  const { peer, isEncrypted } = { peer: PROXY, isEncrypted: false, ...connection };
  const socket = { remoteAddress: peer, ...(isEncrypted && { encrypted: true }) };
  const origin: Origin | undefined = findOrigin({ headers, socket } as unknown as IncomingMessage, isTrusted);
  return origin && `${origin.scheme}://${origin.host}`;
}

describe('without a proxy', () => {
  it('is the connection and the Host header', () => {
    expect(find({ host: 'a.example.com' }, { peer: CLIENT })).toBe('http://a.example.com');
    expect(find({ host: 'a.example.com:8443' }, { peer: CLIENT, isEncrypted: true })).toBe(
      'https://a.example.com:8443',
    );
    expect(find({ host: 'a.example.com' }, { peer: undefined })).toBe('http://a.example.com');
  });

  it.each([
    { 'x-forwarded-proto': 'https' },
    { 'x-forwarded-host': 'evil.example.com', 'x-forwarded-for': '10.0.0.1' },
    { forwarded: 'proto=https;host=evil.example.com' },
    { forwarded: 'for=' },
  ])('nobody is believed: %j', (headers) => {
    expect(find({ host: 'a.example.com', ...headers }, { peer: CLIENT })).toBe('http://a.example.com');
  });
});

describe('behind a trusted proxy', () => {
  const told: [headers: IncomingHttpHeaders, origin: string | undefined][] = [
    [{}, 'http://inner'],
    [{ 'x-forwarded-for': CLIENT }, 'http://inner'],
    [{ 'x-forwarded-proto': 'https' }, 'https://inner'],
    [{ 'x-forwarded-proto': 'HTTPS', 'x-forwarded-host': 'a:8443' }, 'https://a:8443'],
    [{ 'x-forwarded-host': 'a' }, 'http://a'],
    [{ 'x-forwarded-proto': '', 'x-forwarded-host': ' , ' }, 'http://inner'],
    [{ forwarded: `for=${CLIENT};proto=https;host="a:8443"` }, 'https://a:8443'],
    [{ forwarded: `for=${CLIENT};proto=https` }, 'https://inner'],
    [{ forwarded: '' }, 'http://inner'],
    // One kind is the proxy's, the other the client's.
    [{ forwarded: 'proto=http;host=evil', 'x-forwarded-proto': 'https' }, 'https://inner'],
    // What cannot be read is not guessed.
    [{ forwarded: 'proto=https;host' }, undefined],
    [{ 'x-forwarded-proto': 'wss' }, undefined],
    [{ 'x-forwarded-host': 'a b' }, undefined],
    [{ forwarded: 'host=""' }, undefined],
  ];
  it.each(told)('%j is %s', (headers, origin) => {
    expect(find({ host: 'inner', ...headers })).toBe(origin);
  });

  it('knows the connection to be the one with the proxy', () => {
    expect(find({ host: 'inner', 'x-forwarded-proto': 'http' }, { isEncrypted: true })).toBe('http://inner');
    expect(find({ host: 'inner' }, { isEncrypted: true })).toBe('https://inner');
  });

  it('does not need a Host header when the proxy tells it', () => {
    expect(find({ 'x-forwarded-host': 'a' })).toBe('http://a');
    expect(find({})).toBeUndefined();
  });
});

describe('behind several proxies', () => {
  const FORWARDED = [
    'host=evil;for=10.0.0.9',
    `for=${CLIENT};proto=https;host=outer`,
    'for="10.0.0.1:4711";proto=http;host=inner',
  ].join(', ');
  const told: [headers: IncomingHttpHeaders, origin: string][] = [
    // Apache appends to what the client has written.
    [{ 'x-forwarded-for': CLIENT, 'x-forwarded-host': 'evil, outer', 'x-forwarded-proto': 'https' }, 'https://outer'],
    [
      {
        'x-forwarded-for': `10.0.0.9, ${CLIENT}, 10.0.0.1`,
        'x-forwarded-host': 'evil, outer, inner',
        'x-forwarded-proto': 'https',
      },
      'https://outer',
    ],
    [{ 'x-forwarded-for': `${CLIENT}, 10.0.0.1`, 'x-forwarded-proto': 'https, http' }, 'https://inner'],
    [{ 'x-forwarded-for': `10.0.0.9, ${CLIENT}`, 'x-forwarded-host': 'evil, outer' }, 'http://outer'],
    [{ 'x-forwarded-for': `${CLIENT}, 10.0.0.1`, 'x-forwarded-host': 'outer' }, 'http://outer'],
    // All are trusted, the client too.
    [{ 'x-forwarded-for': '10.0.0.9, 2001:db8::1', 'x-forwarded-host': 'outer, inner' }, 'http://outer'],
    [{ forwarded: FORWARDED }, 'https://outer'],
    [{ forwarded: FORWARDED.replace('10.0.0.1:4711', '[2001:db8::1]:4711') }, 'https://outer'],
    [{ forwarded: FORWARDED.replace('10.0.0.1:4711', 'unknown') }, 'http://inner'],
  ];
  it.each(told)('%j is %s', (headers, origin) => {
    expect(find({ host: 'inner', ...headers })).toBe(origin);
  });
});

describe('a host', () => {
  it.each(['a', 'A.example.com', 'my_host-2', 'a:1', 'a:65535', '192.0.2.1:5000', '[::1]', '[2001:db8::1]:443'])(
    'is %s',
    (host) => expect(find({ host })).toBe(`http://${host}`),
  );

  it.each([
    ...['', ' ', 'a b', 'a"', 'a\\', 'a,b', 'a/b', 'a?', 'a#b', 'u@a', 'a;b', '{a}', 'a\r\nb', 'ő', '%61', 'a%00'],
    ...['a:', ':1', 'a:0', 'a:65536', 'a:b', 'a:1:2', '::1', '[::1', '[::1]x', '[a]', '[fe80::1%eth0]', '[]'],
    ...['127.0.0.256', '10.0.0', '-a', 'a-', 'a..b', '.a', 'a.', 'a'.repeat(254)],
  ])('is not %j', (host) => {
    expect(find({ host })).toBeUndefined();
    expect(find({ forwarded: `host="${host.replace(/["\\]/g, '\\$&')}"` })).toBeUndefined();
  });

  it('is nothing that could end a quoted string, a header or a host', () => {
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: fc.constantFrom(...'abz019.-_:[]%"\\/@, \r\n'.split('')), maxLength: 12 }),
      fc.webAuthority({ withIPv4: true, withIPv6: true, withPort: true, withUserInfo: true }),
    );
    fc.assert(
      fc.property(text, fc.constantFrom('host', 'x-forwarded-host', 'forwarded'), (written, header) => {
        const origin = find({ host: 'inner', [header]: header === 'forwarded' ? `host=${written}` : written });
        return origin === undefined || /^http:\/\/(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i.test(origin);
      }),
    );
  });
});
