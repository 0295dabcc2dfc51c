/** Which page a query asks for, and how the next one is announced. */
import * as fc from 'fast-check';
import { nextLink, parsePage } from '../../app/registry/pagination';

it.each([
  ['', undefined, undefined],
  ['n=10', 10, undefined],
  ['n=0', 0, undefined],
  ['n=1', 1, undefined],
  ['n=007', 7, undefined],
  ['n=1000', 1000, undefined],
  ['last=b', undefined, 'b'],
  ['last=', undefined, ''],
  ['n=2&last=a%2Fb', 2, 'a/b'],
  ['last=a+b&n=2', 2, 'a b'],
  ['ns=registry.example.com', undefined, undefined],
  ['ns=example.com&n=3&last=x&what', 3, 'x'],
  ['n=2&n=3', 2, undefined],
  ['N=2', undefined, undefined],
  ['last=%zz', undefined, '%zz'],
])('%j asks for n %p after %p', (query, limit, after) => {
  expect(parsePage(query, 1000)).toEqual({ kind: 'page', page: { limit, after } });
});

it.each(['', '-1', '+1', '1.5', '1e3', 'x', '0x10', ' 5', '5 ', '1001', '99999999999999999', 'NaN', 'Infinity', '٣'])(
  'n=%j is 400 PAGINATION_NUMBER_INVALID where 1000 is the most',
  (n) => {
    expect(parsePage(new URLSearchParams({ n }).toString(), 1000)).toMatchObject({
      kind: 'invalid',
      error: { status: 400, code: 'PAGINATION_NUMBER_INVALID', detail: { n } },
    });
  },
);

it('knows no most unless told', () => {
  expect(parsePage(`n=${Number.MAX_SAFE_INTEGER}`)).toMatchObject({ page: { limit: Number.MAX_SAFE_INTEGER } });
  expect(parsePage('n=9999999999999999')).toMatchObject({ kind: 'invalid' });
});

it('announces the next page from the root, as clients resolve it against the registry', () => {
  expect(nextLink('/v2/a/b/tags/list', '1.0', 2)).toBe('</v2/a/b/tags/list?last=1.0&n=2>; rel="next"');
});

it('announces a page that is read back as it was meant, whatever the last entry', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.nat(1000), (after, limit) => {
      const [, query = ''] = /^<\/v2\/_catalog\?(.*)>; rel="next"$/.exec(nextLink('/v2/_catalog', after, limit)) ?? [];

      expect(query).toMatch(/^[\x21-\x7e]+$/);
      expect(query).not.toMatch(/[<>"]/);
      expect(parsePage(query, 1000)).toEqual({ kind: 'page', page: { limit, after } });
    }),
  );
});

it('reads any query without a fault', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (query) => {
      const parsed = parsePage(query, 1000);
      if (parsed.kind === 'invalid') return parsed.error.status === 400;
      const { limit } = parsed.page;
      return limit === undefined || (Number.isInteger(limit) && limit >= 0 && limit <= 1000);
    }),
  );
});
