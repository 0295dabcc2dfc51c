/** How the paths of the v1 protocol are read. */
import * as fc from 'fast-check';
import { isImageId, isName, isTag } from '../../app/registry/grammar';
import { parseV1Request, type V1ContentRequest, type V1Request } from '../../app/registry/v1-request';

const ID = '0123456789abcdef'.repeat(4);

const understood: [path: string, request: V1Request | V1ContentRequest][] = [
  ['/v1/_ping', { kind: 'ping' }],
  ['/v1/users', { kind: 'users' }],
  ['/v1/users/', { kind: 'users' }],
  ['/v1/search', { kind: 'search' }],
  ['/v1/repositories/hello/images', { kind: 'images', name: 'hello' }],
  ['/v1/repositories/hello/images/', { kind: 'images', name: 'hello' }],
  ['/v1/repositories/demo/hello/images', { kind: 'images', name: 'demo/hello' }],
  ['/v1/repositories/hello/tags', { kind: 'tags', name: 'hello' }],
  ['/v1/repositories/a/b/c/tags/', { kind: 'tags', name: 'a/b/c' }],
  ['/v1/repositories/hello/tags/latest', { kind: 'tag', name: 'hello', tag: 'latest' }],
  ['/v1/repositories/hello/tags/__proto__', { kind: 'tag', name: 'hello', tag: '__proto__' }],
  ['/v1/repositories/tags/tags/blobs', { kind: 'tag', name: 'tags', tag: 'blobs' }],
  ['/v1/repositories/images/images', { kind: 'images', name: 'images' }],
  ['/v1/repositories/a..b/tags/x', { kind: 'tag', name: 'a..b', tag: 'x' }],
  [`/v1/images/${ID}/ancestry`, { kind: 'file', imageId: ID, fileName: 'ancestry' }],
  [`/v1/images/${ID}/json`, { kind: 'file', imageId: ID, fileName: 'json' }],
  ['/v1/images/abc/layer', { kind: 'file', imageId: 'abc', fileName: 'layer' }],
];

function readingsOf(path: string): V1ContentRequest[] {
  const request = parseV1Request(path);
  return request?.kind === 'content' ? request.readings : [];
}

it.each(understood)('reads %s', (path, request) => {
  const isContent = !['ping', 'users', 'search'].includes(request.kind);
  expect(parseV1Request(path)).toEqual(isContent ? { kind: 'content', readings: [request] } : request);
});

it.each([
  ['/v1/repositories/library/solo/images', 'images'],
  ['/v1/repositories/library/solo/tags', 'tags'],
  ['/v1/repositories/library/solo/tags/x', 'tag'],
])('strips library/ from %s, but may also mean it', (path, kind) => {
  expect(readingsOf(path)).toMatchObject([
    { kind, name: 'solo' },
    { kind, name: 'library/solo' },
  ]);
});

it.each([
  ['/v1/repositories/x/tags/tags', 'tags'],
  ['/v1/repositories/x/tags/images', 'images'],
])('reads %s as a tag first, then as the list of another repository', (path, word) => {
  expect(readingsOf(path)).toEqual([
    { kind: 'tag', name: 'x', tag: word },
    { kind: word, name: 'x/tags' },
  ]);
});

it('strips library/ only in front', () => {
  expect(readingsOf('/v1/repositories/a/library/b/tags')).toEqual([{ kind: 'tags', name: 'a/library/b' }]);
});

it.each([
  ...['', '/', '/v1', '/v1/', '/v1/_ping/', '/v1/search/', '/v1/users/x', '/v1/repositories', '/v1/repositories/'],
  ...['/v1/repositories/images', '/v1/repositories//images', '/v1/repositories/hello', '/v1/repositories/hello/'],
  ...['/v1/repositories/Hello/images', '/v1/repositories/../images', '/v1/repositories/a/../b/tags'],
  ...['/v1/repositories/a%2Fb/images', '/v1/repositories/a/tags/-x', '/v1/repositories/a/tags/.'],
  ...['/v1/repositories/a/tags/x/y', '/v1/repositories/a/tags/x%2Fy', '/v1/repositories/a/tags/x/'],
  ...['/v1/images', `/v1/images/${ID}`, `/v1/images/${ID}/`, `/v1/images/${ID}/manifest`, `/v1/images/${ID}/json/`],
  ...['/v1/images/../json', '/v1/images/%2e%2e/json', '/v1/images/-/json', '/v1/images//json', '/v1/images/a/b/json'],
  ...[`/v2/images/${ID}/json`, `/x/v1/images/${ID}/json`, '/v1/repositories/a\n/images', '/v1/repositories/a/images\n'],
])('refuses %j', (path) => {
  expect(parseV1Request(path)).toBeUndefined();
});

function obeysGrammar(request: V1ContentRequest): boolean {
  switch (request.kind) {
    case 'file':
      return isImageId(request.imageId);
    case 'images':
    case 'tags':
      return isName(request.name);
    case 'tag':
      return isName(request.name) && isTag(request.tag);
  }
}

it('lets nothing through that breaks the grammar', () => {
  const words = fc.oneof(
    fc.constantFrom(...['repositories', 'images', 'tags', 'json', 'a', 'library', 'A', '..', '%2e', '', 'abc']),
    fc.string({ unit: 'binary', maxLength: 8 }),
  );
  const paths = fc.oneof(
    fc.array(words, { maxLength: 6 }).map((parts) => `/v1/${parts.join('/')}`),
    fc.string({ unit: 'binary' }),
  );
  fc.assert(
    fc.property(paths, (path) => {
      expect(readingsOf(path).filter((request) => !obeysGrammar(request))).toEqual([]);
    }),
    { numRuns: 2000 },
  );
});
