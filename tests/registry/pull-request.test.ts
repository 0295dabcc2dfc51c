/** How the paths of the registry API are read: request by request, and where a path is refused. */
import { parsePullRequest, type PullRequest } from '../../app/registry/pull-request';

const HEX = '0123456789abcdef'.repeat(4);
const SHA256 = `sha256:${HEX}`;
const SHA512 = `sha512:${HEX}${HEX}`;
const LONGEST_NAME = `${'a/'.repeat(127)}a`;

const manifest = (name: string, reference: string): PullRequest => ({ kind: 'manifest', name, reference });

const understood: [what: string, path: string, request: PullRequest][] = [
  ['the ping', '/v2/', { kind: 'ping' }],
  ['the catalog', '/v2/_catalog', { kind: 'catalog' }],
  ['a tag', '/v2/hello/manifests/latest', manifest('hello', 'latest')],
  ['a digest', `/v2/hello/manifests/${SHA256}`, manifest('hello', SHA256)],
  ['a sha512 digest', `/v2/hello/manifests/${SHA512}`, manifest('hello', SHA512)],
  ['a name of many components', '/v2/a/b/c/d/manifests/1.0', manifest('a/b/c/d', '1.0')],
  ['a blob', `/v2/a/b/blobs/${SHA256}`, { kind: 'blob', name: 'a/b', digest: SHA256 }],
  ['a sha512 blob', `/v2/a/blobs/${SHA512}`, { kind: 'blob', name: 'a', digest: SHA512 }],
  ['a list of tags', '/v2/a/b/tags/list', { kind: 'tags', name: 'a/b' }],
  ['referrers', `/v2/a/referrers/${SHA256}`, { kind: 'referrers', name: 'a', digest: SHA256 }],

  ['a tag called tags', '/v2/a/manifests/tags', manifest('a', 'tags')],
  ['a tag called manifests', '/v2/a/manifests/manifests', manifest('a', 'manifests')],
  ['a tag called blobs', '/v2/a/manifests/blobs', manifest('a', 'blobs')],
  ['a tag called list', '/v2/a/manifests/list', manifest('a', 'list')],
  ['a tag called referrers', '/v2/a/manifests/referrers', manifest('a', 'referrers')],
  ['a tag called __proto__', '/v2/a/manifests/__proto__', manifest('a', '__proto__')],
  ['a name called manifests', '/v2/manifests/manifests/manifests', manifest('manifests', 'manifests')],
  ['a name called tags', '/v2/tags/tags/list', { kind: 'tags', name: 'tags' }],
  ['a name called blobs', `/v2/blobs/blobs/${SHA256}`, { kind: 'blob', name: 'blobs', digest: SHA256 }],
  ['a name called tags/list', '/v2/tags/list/tags/list', { kind: 'tags', name: 'tags/list' }],
  ['a name that ends in manifests', '/v2/a/manifests/tags/list', { kind: 'tags', name: 'a/manifests' }],
  ['a name with a manifest in it', '/v2/a/manifests/b/manifests/c', manifest('a/manifests/b', 'c')],
  ['a name that ends in tags', '/v2/a/tags/manifests/list', manifest('a/tags', 'list')],
  ['a name called list', '/v2/list/manifests/list', manifest('list', 'list')],

  ['an old name with two dots', '/v2/a..b/manifests/latest', manifest('a..b', 'latest')],
  ['an old name with an underscore in front', '/v2/_x/manifests/latest', manifest('_x', 'latest')],
  ['an old name of dots', '/v2/............../manifests/latest', manifest('..............', 'latest')],
  ['a name of 255 characters', `/v2/${LONGEST_NAME}/manifests/x`, manifest(LONGEST_NAME, 'x')],
  ['a tag of 128 characters', `/v2/a/manifests/${'x'.repeat(128)}`, manifest('a', 'x'.repeat(128))],

  ['an encoded colon', `/v2/a/manifests/sha256%3A${HEX}`, manifest('a', SHA256)],
  ['an encoded colon, lower case', `/v2/a/blobs/sha256%3a${HEX}`, { kind: 'blob', name: 'a', digest: SHA256 }],
  ['an encoded letter in the tag', '/v2/a/manifests/la%74est', manifest('a', 'latest')],
  ['an encoded letter in the name', '/v2/%61/b/manifests/x', manifest('a/b', 'x')],
];

it.each(understood)('reads %s', (_what, path, request) => {
  expect(parsePullRequest(path)).toEqual(request);
});

const refused: [what: string, path: string, code: string, detail: Record<string, string>][] = [
  ...[
    ['the conformance program’s bad tag', '.INVALID_MANIFEST_NAME'],
    ['no reference', ''],
    ['one dot', '.'],
    ['two dots', '..'],
    ['a leading dash', '-x'],
    ['129 characters', 'x'.repeat(129)],
    ['an encoded slash', 'x%2Fy'],
    ['an encoded slash, lower case', 'x%2fy'],
    ['half an encoding', 'x%2'],
    ['no encoding', '%zz'],
    ['an encoding that is no UTF-8', '%E0%A4%A'],
  ].map(([what = '', tag = '']): (typeof refused)[number] => [
    `a tag: ${what}`,
    `/v2/a/manifests/${tag}`,
    'MANIFEST_UNKNOWN',
    { Name: 'a', Tag: tag },
  ]),
  ['a tag: encoded dots', '/v2/a/manifests/%2e%2E', 'MANIFEST_UNKNOWN', { Name: 'a', Tag: '..' }],
  ['a tag: encoded zero byte', '/v2/a/manifests/x%00', 'MANIFEST_UNKNOWN', { Name: 'a', Tag: 'x\u0000' }],
  ['a tag: encoded line break', '/v2/a/manifests/x%0d%0aX:y', 'DIGEST_INVALID', { Digest: 'x\r\nX:y' }],
  ['a tag: encoded question mark', '/v2/a/manifests/x%3Fy', 'MANIFEST_UNKNOWN', { Name: 'a', Tag: 'x?y' }],
  ['a tag: encoded hash', '/v2/a/manifests/x%23y', 'MANIFEST_UNKNOWN', { Name: 'a', Tag: 'x#y' }],
  ['a tag: encoded twice', '/v2/a/manifests/%256c', 'MANIFEST_UNKNOWN', { Name: 'a', Tag: '%6c' }],
  ['a tag: an umlaut', '/v2/a/manifests/%C3%BC', 'MANIFEST_UNKNOWN', { Name: 'a', Tag: 'ü' }],
  ['a tag with a slash', '/v2/a/manifests/b/c', 'MANIFEST_UNKNOWN', { Name: 'a', Tag: 'b/c' }],
  ['a tag with a slash at its end', '/v2/a/manifests/latest/', 'MANIFEST_UNKNOWN', { Name: 'a', Tag: 'latest/' }],

  ['a short digest', '/v2/a/manifests/sha256:abc', 'DIGEST_INVALID', { Digest: 'sha256:abc' }],
  [
    'a digest in upper case',
    `/v2/a/manifests/sha256:${HEX.toUpperCase()}`,
    'DIGEST_INVALID',
    { Digest: `sha256:${HEX.toUpperCase()}` },
  ],
  ['an unknown algorithm', `/v2/a/manifests/md5:${HEX}`, 'DIGEST_INVALID', { Digest: `md5:${HEX}` }],

  ['a blob without digest', '/v2/a/blobs/latest', 'BLOB_UNKNOWN', { Digest: 'latest' }],
  ['a blob: two dots', '/v2/a/blobs/..', 'BLOB_UNKNOWN', { Digest: '..' }],
  ['a blob: encoded dots', '/v2/a/blobs/%2e%2e', 'BLOB_UNKNOWN', { Digest: '..' }],
  ['a blob: a short digest', '/v2/a/blobs/sha256:abc', 'BLOB_UNKNOWN', { Digest: 'sha256:abc' }],
  ['referrers of a tag', '/v2/a/referrers/latest', 'DIGEST_INVALID', { Digest: 'latest' }],

  ...['A', 'a/B', 'a/', '/a', 'a//b', '.', '..', 'a/..', 'a/./b', 'a%2Fb', 'a%2fb', 'a:b', '%zz', `${LONGEST_NAME}b`]
    .flatMap((name) =>
      ['manifests/latest', `blobs/${SHA256}`, 'tags/list', `referrers/${SHA256}`].map((rest) => [name, rest] as const),
    )
    .map(([name, rest]): (typeof refused)[number] => ['a name', `/v2/${name}/${rest}`, 'NAME_INVALID', { Name: name }]),
  ['a name: encoded dots', '/v2/a/%2e%2e/manifests/x', 'NAME_INVALID', { Name: 'a/..' }],
  ['a name: encoded zero byte', '/v2/a%00/manifests/x', 'NAME_INVALID', { Name: 'a\u0000' }],
  ['no name before manifests', '/v2/manifests/latest', 'NAME_INVALID', { Name: '' }],
  ['no name before tags', '/v2/tags/list', 'NAME_INVALID', { Name: '' }],

  ...[
    ...['/v2/x', '/v2/x/', '/v2/x/manifests', '/v2/x/tags', '/v2/x/tags/', '/v2/x/tags/latest', '/v2/x/tags/list/'],
    ...['/v2/x/blobs/uploads/', '/v2/_catalog/', '/v2/_catalogue', '/v2//', '/v2/manifests/a/b', '/v2/A/manifests/b/c'],
    ...['/v2/a/%6Danifests/latest', '/v2/x/MANIFESTS/latest', '/v2/x/%2e%2e'],
  ].map((path): (typeof refused)[number] => ['a path that is none', path, 'UNSUPPORTED', { Path: path }]),
];

it.each(refused)('refuses %s with 404: %s is %s', (_what, path, code, detail) => {
  const request = parsePullRequest(path);

  expect(request).toMatchObject({ kind: 'malformed', error: { status: 404, code, detail } });
});
