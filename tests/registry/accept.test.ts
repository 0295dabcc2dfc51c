/** What clients of every age say they can read, and how it is understood. */
import * as fc from 'fast-check';
import { parseAccept, type Accept } from '../../app/registry/accept';

const LIST = 'application/vnd.docker.distribution.manifest.list.v2+json';
const SCHEMA2 = 'application/vnd.docker.distribution.manifest.v2+json';
const SCHEMA1 = 'application/vnd.docker.distribution.manifest.v1+prettyjws';
const OCI = 'application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json';

/** L, S: named; l, s: by a wildcard; named implies by a wildcard, as the wildcard covers no less. */
const accepts = (letters: string): Accept => ({
  readsLists: letters.includes('L'),
  readsSchema2: letters.includes('S'),
  readsListsByWildcard: /l/i.test(letters),
  readsSchema2ByWildcard: /s/i.test(letters),
});

const cases: [what: string, header: string | undefined, letters: string][] = [
  ['no header (docker up to 1.9)', undefined, ''],
  ['an empty header', '', ''],
  ['the four lines of docker 1.10', `${LIST}, ${SCHEMA1}, application/json, ${SCHEMA2}`, 'LS'],
  ['a comma list without spaces', `${LIST},${SCHEMA2}`, 'LS'],
  ['schema 2 only', SCHEMA2, 'S'],
  ['lists only', LIST, 'L'],
  ['schema 1 only', `${SCHEMA1}, application/vnd.docker.distribution.manifest.v1+json`, ''],
  ['OCI only', OCI, ''],
  ['JSON only', 'application/json', ''],
  ['a type that begins like one of them', `${SCHEMA2}x`, ''],
  ['a type that ends like one of them', `x${LIST}`, ''],

  ['capitals', `${LIST.toUpperCase()}, Application/VND.docker.distribution.manifest.v2+JSON`, 'LS'],
  ['parameters', `${LIST};version=2; q=0.1, ${SCHEMA2} ; charset=utf-8`, 'LS'],
  ['spaces and empty items', ` , ${LIST}\t,, ${SCHEMA2} ,`, 'LS'],
  ['a weight of 1', `${SCHEMA2};q=1.000`, 'S'],
  ['a weight of 0.001', `${SCHEMA2};q=0.001`, 'S'],
  ['a weight of 0.5', `${SCHEMA2};q=0.5`, 'S'],
  ['a weight of 0', `${LIST};q=0, ${SCHEMA2}`, 'S'],
  ['a weight of 0 in capitals', `${LIST};Q=0, ${SCHEMA2}`, 'S'],
  ['a weight of 0.', `${LIST};q=0., ${SCHEMA2}`, 'S'],
  ['a weight of 0.0', `${LIST};q=0.0, ${SCHEMA2}`, 'S'],
  ['a weight of 0.000', `${LIST};q=0.000, ${SCHEMA2}`, 'S'],
  ['a weight of 0 after spaces and another parameter', `${LIST} ; a=b ; q=0 , ${SCHEMA2}`, 'S'],
  ['a weight of 0 before another parameter', `${LIST};q=0;a=b, ${SCHEMA2}`, 'S'],
  ['a parameter that ends in q=0', `${LIST};xq=0, ${SCHEMA2}`, 'LS'],

  ['*/*', '*/*', 'ls'],
  ['application/*', 'application/*', 'ls'],
  ['APPLICATION/*', 'APPLICATION/*', 'ls'],
  ['text/*', 'text/*', ''],
  ['image/*', 'image/*', ''],
  ['*/* with a weight', 'text/html, */*;q=0.8', 'ls'],
  ['*/* refused', '*/*;q=0', ''],
  ['schema 2 and a wildcard (containerd, by digest)', `${SCHEMA2}, */*`, 'lS'],
  ['lists and a wildcard', `*/*;q=0.1, ${LIST}`, 'Ls'],
  ['a refusal inside a wildcard', `*/*, ${LIST};q=0`, 's'],
  ['a refusal inside application/*', `${SCHEMA2};q=0, application/*`, 'l'],
  ['application/* refused inside */*', '*/*, application/*;q=0', ''],
  ['application/* inside a refused */*', 'application/*, */*;q=0', 'ls'],
  ['both named inside a refused wildcard', `${LIST}, ${SCHEMA2}, */*;q=0`, 'LS'],

  ['one line refuses, another accepts', `${LIST};q=0, ${LIST}`, 'L'],
  ['one line accepts, another refuses', `${LIST}, ${LIST};q=0`, 'L'],
  ['a refused variant of an accepted type', `${SCHEMA2}, ${SCHEMA2};version=1;q=0`, 'S'],
  ['a wildcard once refused, once accepted', '*/*, */*;q=0', 'ls'],
];

it.each(cases)('reads %s', (_what, header, letters) => {
  expect(parseAccept(header)).toEqual(accepts(letters));
});

describe('whatever the header', () => {
  const items = fc.tuple(
    fc.oneof(
      fc.constantFrom(LIST, SCHEMA2, SCHEMA1, 'application/*', '*/*', 'application/json', ''),
      fc.string({ unit: 'binary', maxLength: 10 }).map((text) => text.replaceAll(',', '')),
    ),
    fc.constantFrom('', ';q=0', ';q=0.000', '; q=0.3', ';charset=utf-8', ';', ';;q=0'),
  );
  const headers = fc.array(items, { maxLength: 8 }).map((list) => list.map((item) => item.join('')));

  it('the order of its lines does not matter', () => {
    const shuffled = headers.chain((lines) =>
      fc.tuple(fc.constant(lines), fc.shuffledSubarray(lines, { minLength: lines.length, maxLength: lines.length })),
    );
    fc.assert(
      fc.property(shuffled, ([lines, otherOrder]) => {
        expect(parseAccept(otherOrder.join(', '))).toEqual(parseAccept(lines.join(', ')));
      }),
    );
  });

  it('capitals and spaces do not matter', () => {
    const ascii = fc.array(
      fc.tuple(fc.constantFrom(LIST, SCHEMA2, 'application/*', '*/*'), fc.constantFrom('', ';q=0', ';q=0.5', ';a=b')),
    );
    fc.assert(
      fc.property(ascii, (list) => {
        const plain = list.map((item) => item.join('')).join(',');
        const loud = list.map((item) => ` ${item.join(' ').toUpperCase()}\t`).join(',');

        expect(parseAccept(loud)).toEqual(parseAccept(plain));
      }),
    );
  });

  it('four answers come out, and a type that is named is read by wildcard too', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          headers.map((lines) => lines.join(',')),
        ),
        (header) => {
          const accept = parseAccept(header);
          return (
            (!accept.readsLists || accept.readsListsByWildcard) &&
            (!accept.readsSchema2 || accept.readsSchema2ByWildcard) &&
            Object.values(accept as unknown as Record<string, unknown>).every((value) => typeof value === 'boolean')
          );
        },
      ),
    );
  });
});
