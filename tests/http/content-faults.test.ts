/**
 * `[serve_content]` where the disk is not as published: what is certainly absent is 404, what cannot be read is 503, and
 * no request leads out of the trees.
 */
import fc from 'fast-check';
import fs from 'node:fs';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { ask, jsonAnswer, manifestUnknown, specError, VERSION_HEADER } from './answers';
import { createIndex, type RedirectDocument } from './front';
import { image, publishTree, v1Images, type PublishedTree } from './published-tree';
import { exchange, formatRequest } from './raw-exchange';
import { SCHEMA2_TYPE } from './repositories';
import { serveFront, ways, type ServedFront } from './ways';

const MARK = 'not to be served';
const UNREADABLE = specError('UNAVAILABLE', 'the registry cannot answer yet, try again', {
  Reason: 'the content cannot be read',
});

const flat = (name: string): RedirectDocument => ({
  version: 2,
  repository: name,
  'repo-registry-id': name,
  url: 'https://static.example.com/',
});

describe.each(ways)('$title', (way) => {
  let tree: PublishedTree;
  let front: ServedFront;

  beforeAll(async () => {
    tree = await publishTree();
    const manifests = tree.pathOf('v2', 'pulp-flat/manifests');
    await mkdir(join(manifests, 'directory'));
    await symlink('loop', join(manifests, 'loop'));
    await symlink('/nonexistent', join(manifests, 'dangling'));
    await symlink('/proc/self/mem', tree.pathOf('v2', 'pulp-five/manifests/1/broken'));
    await symlink('/proc/self/mem', join(manifests, 'broken'));
    await writeFile(join(manifests, 'no-json'), '<html>');
    await writeFile(join(manifests, 'odd-type'), '{"mediaType":"text/html\\r\\nX: y"}');
    await symlink('looping', tree.pathOf('v2', 'looping'));
    await writeFile(tree.pathOf('v2', 'a-file'), MARK);
    await writeFile(tree.pathOf('v2', '..', 'secret'), MARK);
    await writeFile(tree.pathOf('v2', 'secret'), MARK);
    const four = { ...tree.files[0], version: 4, schema1_data: undefined };
    front = await serveFront(way, {
      files: [four, ...tree.files.slice(1), flat('looping'), flat('a-file')],
      config: { serveContent: tree.serveContent },
    });
  });
  beforeEach(() => {
    front.log.length = 0;
  });
  afterEach(() => jest.restoreAllMocks());
  afterAll(async () => {
    await front.stop();
    await tree.remove();
  });

  it.each(['directory', 'dangling', 'nowhere'])('%s is no manifest: 404', async (tag) => {
    expect(await ask(front.url, `/v2/demo/flat/manifests/${tag}`)).toEqual(
      jsonAnswer(404, manifestUnknown('demo/flat', tag), { ...VERSION_HEADER, vary: 'Accept' }),
    );
    expect(front.log).toEqual([]);
  });

  it.each([
    ['a link to itself', '/v2/demo/flat/manifests/loop', { vary: 'Accept' }],
    ['a tree that is a link to itself', '/v2/looping/tags/list', {}],
    ['a document that cannot be read', '/v2/demo/flat/manifests/broken', { vary: 'Accept' }],
    ['a file that cannot be read', '/v2/demo/five/manifests/broken', { vary: 'Accept' }],
  ])('%s may be there tomorrow: 503', async (_what, path, headers) => {
    expect(await ask(front.url, path)).toEqual(
      jsonAnswer(503, UNREADABLE, { ...VERSION_HEADER, ...headers, 'retry-after': '5' }),
    );
    expect(front.log).toMatchObject([{ level: 'error', message: 'content cannot be read' }]);
  });

  it('a file where the tree should be is no tree', async () => {
    const { status, headers } = await ask(front.url, '/v2/a-file/tags/list');
    expect([status, headers['location']]).toEqual([302, 'https://static.example.com/tags/list']);
  });

  it.each(['no-json', 'odd-type'])('a flat manifest of no known type is JSON: %s', async (tag) => {
    const { status, headers } = await ask(front.url, `/v2/demo/flat/manifests/${tag}`);
    expect([status, headers['content-type']]).toEqual([200, 'application/json']);
  });

  it('a file that fails half way ends the connection, not the server', async () => {
    const path = `/v2/demo/five/blobs/${image.blobs[1]?.digest}`;
    jest.spyOn(fs, 'createReadStream').mockImplementation(() => {
      const half = Readable.from([Buffer.from('half')], { objectMode: false });
      half.once('end', () => half.destroy());
      half._destroy = (_error, callback) => callback(new Error('EIO: the disk is gone'));
      return half as fs.ReadStream;
    });
    const answer = await exchange(front.url, formatRequest('GET', path)).catch(String);
    expect(answer).toMatch(/half$|ECONNRESET/);
    expect(front.log).toMatchObject([{ message: 'content cannot be read' }]);
    jest.restoreAllMocks();
    expect(await ask(front.url, path)).toMatchObject({ status: 200 });
  });

  it('no path leads out of the trees', async () => {
    const top = v1Images[0]?.id ?? '';
    const part = fc.constantFrom(
      ...['..', '.', '%2e%2e', '%2E.', '..%2f', '..%5c', '%00', 'x%00', '', '%2f', '/etc/passwd', 'etc', 'passwd'],
      ...['secret', 'pulp-five', 'web', 'demo', 'five', 'manifests', 'blobs', 'tags', 'list', '2', 'latest', 'layer'],
      ...['v1', 'v2', 'images', 'repositories', top, 'json', image.digest, 'sha256:..', '..;', '%252e%252e', '\\..'],
    );
    const path = fc
      .tuple(
        fc.constantFrom('/', '/v2/', '/v2/demo/five/', '/v2/demo/flat/manifests/', '/v2/demo/flat/', '/v1/images/'),
        fc.array(part, { maxLength: 8 }),
        fc.constantFrom('', '/manifests/latest', '/blobs/..', '/tags/list', '/layer', '/json', '?/../..'),
      )
      .map(([start, parts, end]) => start + parts.join('/') + end);
    await fc.assert(
      fc.asyncProperty(path, async (target) => {
        const answer = await exchange(front.url, formatRequest('GET', target, [`Accept: ${SCHEMA2_TYPE}`]));
        expect(answer).toMatch(/^HTTP\/1\.1 (200|301|302|400|404) /);
        expect(answer).not.toContain(MARK);
        expect(answer).not.toContain('root:');
      }),
      { numRuns: 400 },
    );
  });
});

it.each(['..', '.', '../..', 'a/../..', '/etc', ''])(
  '%j is no directory below a content directory',
  async (repository) => {
    await expect(createIndex([{ ...flat('x'), repository }])).rejects.toThrow('one path component');
  },
);
