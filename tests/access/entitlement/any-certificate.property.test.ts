/** What holds for every certificate: arbitrary bytes, and real certificates with a fault. */
import * as fc from 'fast-check';
import { parseEntitlement } from '../../../app/access/entitlement/entitlement';
import { createCertificate, version1, version3 } from './certificates';
import { encodePaths } from './tree-encoder';

const paths = [
  ['content', 'dist', '$releasever', 'os'],
  ['content', 'beta'],
];

/** Nothing, or something that answers; a date that cannot be read is no date that has come. */
function expectSound(der: Buffer): void {
  const entitlement = parseEntitlement(der);
  expect(['boolean', 'undefined']).toContain(typeof entitlement?.covers('/content/dist/7/os'));
}

describe.each([
  ['version 1', version1(paths.map((words) => `/${words.join('/')}`))],
  ['version 3', version3(encodePaths(paths))],
])('a certificate of %s', (_version, extensions) => {
  it('covers the same paths', async () => {
    const entitlement = parseEntitlement(await createCertificate(extensions));
    const asked = ['/content/dist/7/os/', '/content/beta/x', '/content/dist/7', '/content', '/other'];
    expect(asked.map((path) => entitlement?.covers(path))).toEqual([true, true, false, false, false]);
  });

  it('tells when it is valid', async () => {
    const notBefore = new Date('2024-02-29T12:00:00Z');
    const notAfter = new Date('2051-03-01T00:00:01Z');
    const entitlement = parseEntitlement(await createCertificate(extensions, { notBefore, notAfter }));
    expect(entitlement).toMatchObject({ validFrom: notBefore, validTo: notAfter });
  });

  it('is none when it is cut anywhere', async () => {
    const der = await createCertificate(extensions);
    for (let length = 0; length < der.length; length++) {
      expect(parseEntitlement(der.subarray(0, length))).toBeUndefined();
    }
  });

  it('throws at nothing that is wrong in it', async () => {
    const der = await createCertificate(extensions);
    for (const [index, byte] of der.entries()) {
      for (const value of [byte ^ (1 << (index & 7)), byte ^ 0x20, 0xff]) {
        const wrong = Buffer.from(der);
        wrong[index] = value;
        expectSound(wrong);
      }
    }
  });

  it('is none above 64 kB', async () => {
    const der = await createCertificate({ ...extensions, '1.3.6.1.4.1.99999': Buffer.alloc(64 * 1024) });
    expect(der.length).toBeGreaterThan(64 * 1024);
    expect(parseEntitlement(der)).toBeUndefined();
    expect(
      parseEntitlement(await createCertificate({ ...extensions, '1.3.6.1.4.1.99999': Buffer.alloc(60_000) })),
    ).toBeDefined();
  });
});

it('arbitrary bytes are no certificate', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 500 }), (bytes) => {
      expect(parseEntitlement(Buffer.from(bytes))).toBeUndefined();
    }),
    { numRuns: 500 },
  );
});

it.each([0x30, 0x31, 0x24, 0x04, 0xa0, 0x03])('values of type %i in each other, thousands deep, are none', (tag) => {
  const layers: Buffer[] = [];
  for (let length = 0; length < 60_000; length += (layers.at(-1) as Buffer).length) {
    layers.push(Buffer.from(length < 128 ? [tag, length] : [tag, 0x82, length >> 8, length & 255]));
  }
  expect(parseEntitlement(Buffer.concat(layers.reverse()))).toBeUndefined();
});
