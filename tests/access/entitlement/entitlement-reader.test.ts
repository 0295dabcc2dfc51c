/** The reader of certificates: what it remembers, and what it judges anew. */
import * as entitlement from '../../../app/access/entitlement/entitlement';
import { createEntitlementReader } from '../../../app/access/entitlement/entitlement-reader';
import { createCertificate, type Extensions, version1, version3 } from './certificates';
import { encodePaths } from './tree-encoder';

const notBefore = new Date('2024-01-01T00:00:00Z');
const notAfter = new Date('2025-01-01T00:00:00Z');

afterEach(() => jest.restoreAllMocks());

it.each<[time: string, isValid: boolean]>([
  ['2023-12-31T23:59:59.999Z', false],
  ['2024-01-01T00:00:00.000Z', true],
  ['2024-06-01T00:00:00.000Z', true],
  ['2025-01-01T00:00:00.000Z', true],
  ['2025-01-01T00:00:00.001Z', false],
])('at %s a certificate of 2024 is valid: %s', async (time, isValid) => {
  const read = createEntitlementReader({ now: () => Date.parse(time) });
  const covers = read(await createCertificate(version1(['/a']), { notBefore, notAfter }));
  expect(covers?.('/a/b')).toBe(isValid ? true : undefined);
});

it('judges the time at each request, of a certificate that it knows too', async () => {
  let time = notBefore.getTime() - 1;
  const read = createEntitlementReader({ now: () => time });
  const der = await createCertificate(version3(encodePaths([['a']])), { notBefore, notAfter });
  expect(read(der)).toBeUndefined();
  time = notBefore.getTime();
  expect(read(der)?.('/a')).toBe(true);
  time = notAfter.getTime() + 1;
  expect(read(der)).toBeUndefined();
});

it('goes by the clock unless told otherwise', async () => {
  const read = createEntitlementReader();
  const [minute, now] = [60_000, Date.now()];
  const valid = { notBefore: new Date(now - minute), notAfter: new Date(now + minute) };
  const past = { notBefore: new Date(now - 2 * minute), notAfter: new Date(now - minute) };
  expect(read(await createCertificate(version1(['/a']), valid))?.('/a')).toBe(true);
  expect(read(await createCertificate(version1(['/a']), past))).toBeUndefined();
});

describe('certificates that it knows', () => {
  const create = async (count: number): Promise<Buffer[]> =>
    Promise.all(
      Array.from({ length: count }, (_, index) => createCertificate(version1([`/${index}`]), undefined, `0${index}`)),
    );

  it('are not read again, by their content', async () => {
    const parse = jest.spyOn(entitlement, 'parseEntitlement');
    const [first, second] = (await create(2)) as [Buffer, Buffer];
    const read = createEntitlementReader();
    for (let round = 0; round < 3; round++) {
      expect(read(Buffer.from(first))?.('/0')).toBe(true);
      expect(read(Buffer.from(first))?.('/1')).toBe(false);
      expect(read(Buffer.from(second))?.('/1')).toBe(true);
    }
    expect(parse).toHaveBeenCalledTimes(2);
  });

  it('are not read again when they are none', () => {
    const parse = jest.spyOn(entitlement, 'parseEntitlement');
    const read = createEntitlementReader();
    for (let round = 0; round < 3; round++) expect(read(Buffer.from('none'))).toBeUndefined();
    expect(parse).toHaveBeenCalledTimes(1);
  });

  it('are as many as there is room for; the one not used longest goes', async () => {
    const parse = jest.spyOn(entitlement, 'parseEntitlement');
    const [a, b, c] = (await create(3)) as [Buffer, Buffer, Buffer];
    const read = createEntitlementReader({ capacity: 2 });
    const isKnown = (der: Buffer): boolean => {
      parse.mockClear();
      read(der);
      return parse.mock.calls.length === 0;
    };
    expect([a, b, a, c].map(isKnown)).toEqual([false, false, true, false]);
    // `b` has gone, not `a`; and then `c` goes, as `a` was asked for after it.
    expect([a, b, a, c].map(isKnown)).toEqual([true, false, true, false]);
  });

  it.each<[version: string, small: Extensions, large: Extensions]>([
    ['1', version1(['/a']), version1(Array.from({ length: 100 }, (_, number) => `/content/${number}/os`))],
    [
      '3',
      version3(encodePaths([['a']])),
      version3(encodePaths(Array.from({ length: 100 }, (_, number) => ['content', `${number}`]))),
    ],
  ])('of version %s take a bounded amount of memory; large ones go for others', async (_version, small, large) => {
    const smalls = await Promise.all(['01', '02', '03'].map((serial) => createCertificate(small, undefined, serial)));
    const larges = await Promise.all(['01', '02'].map((serial) => createCertificate(large, undefined, serial)));
    const none = Buffer.from('none');
    const largeBytes = entitlement.parseEntitlement(larges[0] as Buffer)?.sizeBytes ?? 0;
    const parse = jest.spyOn(entitlement, 'parseEntitlement');
    let read = createEntitlementReader({ mostBytes: Math.floor(1.2 * largeBytes) });
    const isKnown = (der: Buffer): boolean => {
      parse.mockClear();
      read(der);
      return parse.mock.calls.length === 0;
    };
    expect([none, ...smalls].map(isKnown)).toEqual([false, false, false, false]);
    expect([none, ...smalls].map(isKnown)).toEqual([true, true, true, true]);
    // One of these is about all that there is room for.
    expect([...larges, ...larges].map(isKnown)).toEqual([false, false, false, false]);
    expect([none, ...smalls].map(isKnown)).toContain(false);
    // What has gone no longer counts.
    expect([none, ...smalls].map(isKnown)).toEqual([true, true, true, true]);

    // One that would fill everything is not kept, and drives nobody out.
    read = createEntitlementReader({ mostBytes: largeBytes - 1 });
    expect([none, ...smalls, ...larges].map(isKnown)).toEqual(Array(6).fill(false));
    expect([none, ...smalls, ...larges].map(isKnown)).toEqual([true, true, true, true, false, false]);
  });
});
