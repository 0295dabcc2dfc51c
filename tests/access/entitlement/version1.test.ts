/** Version 1 entitlement certificates: content URLs, each an extension. */
import { parseEntitlement } from '../../../app/access/entitlement/entitlement';
import { createCertificate, type Extensions, octets, printable, utf8, version1 } from './certificates';

async function isCovered(extensions: Extensions, path: string): Promise<boolean | undefined> {
  return parseEntitlement(await createCertificate(extensions))?.covers(path);
}

const RHEL = '/content/dist/rhel/server/$releasever/$basearch/os';

describe('a path', () => {
  it.each<[url: string, path: string, isExpected: boolean]>([
    ['/content/dist', '/content/dist', true],
    ['/content/dist', '/content/dist/', true],
    ['/content/dist', '/content/dist/rhel7/', true],
    ['/content/dist', '//content///dist//rhel7', true],
    ['/content/dist/', '/content/dist', true],
    ['content//dist', '/content/dist', true],
    ['/content/dist', '/content', false],
    ['/content/dist', '/content/distant', false],
    ['/content/dist', '/content/dis', false],
    ['/content/dist', '/pulp/content/dist', false],
    ['/content/dist', '/Content/dist', false],
    ['/content/dist', '/content%2Fdist', false],
    ['/content/a b', '/content/a%20b', false],
    ['/content/a%20b', '/content/a%20b', true],
    ['/content/dist', '', false],
    ['/content/dist', '/', false],
    ['/content/dist', '/content/listing', false],
    [RHEL, '/content/dist/rhel/server/7/x86_64/os', true],
    [RHEL, '/content/dist/rhel/server/7/7Server/os/containers/', true],
    [RHEL, '/content/dist/rhel/server/7/x86_64/debug', false],
    [RHEL, '/content/dist/rhel/server/7/os', false],
    [RHEL, '/content/dist/rhel/server/7', false],
    [RHEL, '/content/dist/rhel/server/$releasever/$basearch/os', true],
    ['/$any', '/x', true],
    ['/$any', '/', false],
    ['/a$b', '/axb', false],
    ['/a.c', '/abc', false],
    ['/', '/content', false],
    ['', '/content', false],
    ['/', '/', false],
  ])('by %s: %s is covered: %s', async (url, path, isExpected) => {
    expect(await isCovered(version1([url]), path)).toBe(isExpected);
  });

  it('is covered by any of the URLs', async () => {
    const extensions = version1(['/a/b', '/c', '/']);
    for (const path of ['/a/b', '/c', '/c/d']) expect(await isCovered(extensions, path)).toBe(true);
    for (const path of ['/a', '/a/c', '/d', '/']) expect(await isCovered(extensions, path)).toBe(false);
  });
});

it.each<[what: string, extensions: Extensions, isExpected: boolean | undefined]>([
  ['says that its version is 1.0', { ...version1(['/a']), '6': utf8('1.0') }, true],
  ['says that its version is 1', { ...version1(['/a']), '6': utf8('1') }, true],
  ['has text of another type', { '4.1': printable('OS'), '2.5.1.6': printable('/a') }, true],
  ['has a long content number', { '4.1': utf8('OS'), '2.5.6.7.1.6': utf8('/a') }, true],
  ['has no URL', { '4.1': utf8('OS') }, false],
  ['has another kind of content', { '4.1': utf8('OS'), '2.5.2.6': utf8('/a') }, false],
  ['has other fields of content', { '4.1': utf8('OS'), '2.5.1.61': utf8('/a'), '2.5.1.6.1': utf8('/a') }, false],
  ['has no content number', { '4.1': utf8('OS'), '2.1.6': utf8('/a') }, false],
  ['has products', { '4.1': utf8('OS'), '1.5.1.6': utf8('/a'), '12.5.1.6': utf8('/a') }, false],
  ['has extensions of others', { '4.1': utf8('OS'), '1.3.6.1.4.1.2313.9.2.5.1.6': utf8('/a') }, false],
  ['has no order', { '2.5.1.6': utf8('/a') }, undefined],
  ['has an order without a name', { '4.2': utf8('OS'), '2.5.1.6': utf8('/a') }, undefined],
  ['has a URL that is no text', { ...version1(['/a']), '2.5.1.6': octets(Buffer.from('/b')) }, undefined],
  ['has a URL that is no DER', { ...version1(['/a']), '2.5.1.6': Buffer.from([0x0c, 5, 0x2f]) }, undefined],
  ['has an empty URL extension', { ...version1(['/a']), '2.5.1.6': Buffer.alloc(0) }, undefined],
  ['says that its version is 2.0', { ...version1(['/a']), '6': utf8('2.0') }, undefined],
  ['says that its version is 10.0', { ...version1(['/a']), '6': utf8('10.0') }, undefined],
  ['says that it has no version', { ...version1(['/a']), '6': utf8('') }, undefined],
  ['has a version that is no text', { ...version1(['/a']), '6': octets(Buffer.from('1.0')) }, undefined],
])('a certificate that %s', async (_what, extensions, isExpected) => {
  expect(await isCovered(extensions, '/a')).toBe(isExpected);
});

it('a certificate of 512 URLs is read, one of more is not', async () => {
  const numbered = (count: number): Extensions =>
    version1(Array.from({ length: count }, (_, number) => `/content/${number}`));

  expect(await isCovered(numbered(512), '/content/511/os')).toBe(true);
  expect(await isCovered(numbered(513), '/content/511/os')).toBeUndefined();
  expect(await isCovered({ ...numbered(512), '2.9999.1.7': utf8('/gpg'), '1.9999.1': utf8('OS') }, '/content/0')).toBe(
    true,
  );
});

it('a certificate without extensions is no entitlement certificate', async () => {
  expect(parseEntitlement(await createCertificate(undefined))).toBeUndefined();
});
