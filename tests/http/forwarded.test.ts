/** What is read from the headers of proxies, and that nothing a client writes into them makes reading fail or take long. */
import fc from 'fast-check';
import { parseForwarded, parseHops, type Hop } from '../../app/http/forwarded';

const hop = (client?: string, proto?: string, host?: string): Hop => ({ client, proto, host });

describe('parseForwarded', () => {
  const read: [text: string, hops: Hop[]][] = [
    ['', []],
    [' , ,, ', []],
    [';;', []],
    ['for=192.0.2.7', [hop('192.0.2.7')]],
    ['for=192.0.2.7;proto=https;host=a.example.com', [hop('192.0.2.7', 'https', 'a.example.com')]],
    ['For="192.0.2.7:4711" ; PROTO="https"; Host="a:8443";by=x', [hop('192.0.2.7', 'https', 'a:8443')]],
    ['for=192.0.2.7:4711;host=a:8443', [hop('192.0.2.7', undefined, 'a:8443')]],
    ['for="[2001:db8::1]"', [hop('2001:db8::1')]],
    ['for="[2001:db8::1]:4711"', [hop('2001:db8::1')]],
    ['for=[2001:db8::1]:4711', [hop('2001:db8::1')]],
    ['for=unknown, for=_hidden', [hop('unknown'), hop('_hidden')]],
    ['for=a,\tproto=https , ;by=b;, for=c;', [hop('a'), hop(undefined, 'https'), hop(), hop('c')]],
    ['host="a,b;\\"c\\\\"', [hop(undefined, undefined, 'a,b;"c\\')]],
    ['host=""', [hop(undefined, undefined, '')]],
    ['secret=1', [hop()]],
  ];
  it.each(read)('reads %j', (text, hops) => {
    expect(parseForwarded(text)).toEqual(hops);
  });

  it.each([
    'for',
    'for=',
    '=a',
    'for =a',
    'for= a',
    'for="a',
    'for="a\\"',
    'for=a b',
    'for=a"',
    'for=a\\b',
    'for=a;for=b',
  ])('cannot read %j', (text) => {
    expect(parseForwarded(text)).toBeUndefined();
    expect(parseForwarded(`proto=http, ${text}`)).toBeUndefined();
  });

  it('gives back what was written in quotes', () => {
    const value = fc.string({ unit: 'grapheme-ascii' });
    const quote = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(value, value), { minLength: 1 }),
        fc.constantFrom(',', ' , ', ',,'),
        (pairs, comma) => {
          const text = pairs.map(([proto, host]) => `proto=${quote(proto)};host=${quote(host)}`).join(comma);
          expect(parseForwarded(text)).toEqual(pairs.map(([proto, host]) => hop(undefined, proto, host)));
        },
      ),
    );
  });

  it('never throws', () => {
    const piece = fc.constantFrom('for', 'host', '=', '"', '\\', ',', ';', ' ', '\t', 'a', '[', ']', ':1', '1.2.3.4');
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece).map((pieces) => pieces.join('')),
        ),
        (text) => {
          parseForwarded(text);
        },
      ),
    );
  });

  it.each([' ', '\t ', 'a', '"', '\\', '",', 'a=', 'a=b;', '=', '[', '1:', '1.'])(
    'takes no time over as much of %j as a header can hold',
    (piece) => {
      const long = piece.repeat(16_384 / piece.length);
      const measure = (): number => {
        const startedAt = performance.now();
        for (const text of [long, `for=a${long}@`, `for="${long}`, `${long}@`]) parseForwarded(text);
        return performance.now() - startedAt;
      };
      // Where reading takes the square of the length, this is hundreds of milliseconds, each time.
      expect(Math.min(...Array.from({ length: 5 }, measure))).toBeLessThan(100);
    },
  );
});

describe('parseHops', () => {
  const FORWARDED = 'for=192.0.2.7;proto=https;host=a';
  const read: [headers: Parameters<typeof parseHops>[0], hops: Hop[] | undefined][] = [
    [{}, []],
    [{ 'x-forwarded-for': '' }, []],
    [{ 'x-forwarded-for': '192.0.2.7:4711' }, [hop('192.0.2.7')]],
    [{ 'x-forwarded-proto': 'https' }, [hop(undefined, 'https')]],
    [{ 'x-forwarded-host': 'a, b' }, [hop(undefined, undefined, 'a'), hop(undefined, undefined, 'b')]],
    [{ 'x-forwarded-host': ['a', 'b'] }, [hop(undefined, undefined, 'a'), hop(undefined, undefined, 'b')]],
    [
      { 'x-forwarded-for': 'a,b', 'x-forwarded-proto': 'https', 'x-forwarded-host': 'x, y' },
      [hop('a', 'https', 'x'), hop('b', 'https', 'y')],
    ],
    [
      { 'x-forwarded-for': 'a,b,,c', 'x-forwarded-proto': 'https,http' },
      [hop('a', 'https'), hop('b', 'https'), hop('c', 'http')],
    ],
    [{ forwarded: FORWARDED }, [hop('192.0.2.7', 'https', 'a')]],
    [{ forwarded: 'for=' }, undefined],
    [{ forwarded: FORWARDED, 'x-forwarded-for': 'b' }, [hop('b')]],
  ];
  it.each(read)('%j', (headers, hops) => {
    expect(parseHops(headers)).toEqual(hops);
  });
});
