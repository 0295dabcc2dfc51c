/** Where published paths end up: under the url of the redirect file, whatever it looks like. */
import * as fc from 'fast-check';
import { locate, parseStorageUrl } from '../../app/redirects/storage-url';
import { digests, references } from '../registry/arbitrary-references';
import { createDocument, parse } from './documents';

const PATH = 'manifests/2/latest';

it.each([
  ['a slash at the end', 'https://a.example.com/x/', `https://a.example.com/x/${PATH}`],
  ['no slash at the end', 'https://a.example.com/x', `https://a.example.com/x/${PATH}`],
  ['no path', 'https://a.example.com', `https://a.example.com/${PATH}`],
  ['a port', 'http://a.example.com:8080/x/', `http://a.example.com:8080/x/${PATH}`],
  ['an IPv6 host', 'http://[2001:db8::1]:81/x', `http://[2001:db8::1]:81/x/${PATH}`],
  ['an IPv4 host', 'http://127.0.0.1/x', `http://127.0.0.1/x/${PATH}`],
  ['capitals in host and scheme', 'HTTPS://A.example.com/X/', `https://a.example.com/X/${PATH}`],
  ['a query', 'https://a.example.com/x/?token=1&b=2', `https://a.example.com/x/${PATH}?token=1&b=2`],
  ['a query without a slash before it', 'https://a.example.com/x?y', `https://a.example.com/x/${PATH}?y`],
  ['a query and no path', 'https://a.example.com?y', `https://a.example.com/${PATH}?y`],
  ['a query with a slash at its end', 'https://a.example.com/x?y=/', `https://a.example.com/x/${PATH}?y=/`],
  ['an empty query', 'https://a.example.com/x/?', `https://a.example.com/x/${PATH}`],
  ['spaces', 'https://a.example.com/x y/?q=a b', `https://a.example.com/x%20y/${PATH}?q=a%20b`],
  ['unicode', 'https://a.example.com/größe/', `https://a.example.com/gr%C3%B6%C3%9Fe/${PATH}`],
  ['a unicode host', 'https://bücher.example.com/', `https://xn--bcher-kva.example.com/${PATH}`],
  ['encoded characters', 'https://a.example.com/a%20b%2Fc/', `https://a.example.com/a%20b%2Fc/${PATH}`],
  ['two slashes', 'https://a.example.com//x//', `https://a.example.com//x//${PATH}`],
  ['dots', 'https://a.example.com/x/../y/', `https://a.example.com/y/${PATH}`],
])('a url with %s', (_what, url, location) => {
  const storageUrl = parseStorageUrl(url);

  expect(storageUrl && locate(storageUrl, PATH)).toBe(location);
});

it.each(['', 'x', '/x', 'http://', 'http://[', 'http://a:99999/', 'http://a b/'])('%j is no address', (url) => {
  expect(parseStorageUrl(url)).toBeUndefined();
});

describe('whatever the url', () => {
  const parts = fc.oneof(
    fc.constantFrom(
      ...[
        '/',
        '//',
        '.',
        '..',
        '/../',
        '%2e%2e',
        '%2F',
        '?',
        '&x=',
        ' ',
        '\\',
        '@',
        ':',
        ':8080',
        '%',
        '%0a',
        'é',
        '😀',
      ],
      ...['"', '<', '>', '|', '^', '\u0085', '\u2028', '\uD800', "'", ';', '#', '\r\n', '\t', 'user:secret@', '[::1]'],
    ),
    fc.string({ unit: 'binary', maxLength: 4 }),
    fc.webPath(),
  );
  const urls = fc.oneof(
    fc.webUrl({ withQueryParameters: true }),
    fc
      .tuple(
        fc.constantFrom('http://a.example.com', 'https://[::1]:8443', 'HTTP://b', 'https://', 'http://127.0.0.1/x'),
        fc.array(parts, { maxLength: 6 }),
      )
      .map(([start, rest]) => start + rest.join('')),
  );
  const published = fc.oneof(
    fc.tuple(fc.constantFrom('manifests/', 'manifests/1/', 'manifests/2/', 'manifests/list/'), references),
    fc.tuple(fc.constant('blobs/'), digests),
    fc.constant(['tags/list', ''] as const),
  );

  it('a Location stays on its origin and under its path, is printable ASCII, and keeps the query', () => {
    let acceptedCount = 0;
    fc.assert(
      fc.property(urls, published, (url, [place, reference]) => {
        const parsed = parse(createDocument(4, { url }));
        if (parsed.kind === 'refused') return;
        acceptedCount++;
        const path = `${place}${reference}`;
        const location = locate(parsed.repository.storageUrl, path);
        const [base, target] = [new URL(url), new URL(location)];

        expect(location).toMatch(/^https?:\/\/[\x21-\x7e]+$/);
        expect(target.origin).toBe(base.origin);
        expect(target.pathname).toBe(`${base.pathname}${base.pathname.endsWith('/') ? '' : '/'}${path}`);
        expect(target.search).toBe(base.search);
        expect(target.hash).toBe('');
        // Nothing is left for a client to normalise.
        expect(target.href).toBe(location);
      }),
      { numRuns: 1000 },
    );

    expect(acceptedCount).toBeGreaterThan(200);
  });
});
