/** `[serve_content]` without X-Sendfile: the published files, sent from here. */
import { lstatSync } from 'node:fs';
import { request, type HttpAnswer } from '../support/http';
import {
  manifestUnknown,
  plain,
  redirectAnswer,
  V1_HEADERS,
  VERSION_HEADER,
  ask,
  jsonAnswer,
  specError,
} from './answers';
import { image, list, oldImage, publishTree, v1Images, type PublishedTree } from './published-tree';
import { LISTS_TYPE, SCHEMA2_TYPE, UNLISTED } from './repositories';
import { serveFront, ways, type ServedFront } from './ways';

const SCHEMA1_TYPE = 'application/vnd.docker.distribution.manifest.v1+prettyjws';
const [topImage] = v1Images;
const [config, layer] = image.blobs;
if (!topImage || !config || !layer) throw new Error('the lab made no image');

describe.each(ways)('$title', (way) => {
  let tree: PublishedTree;
  let front: ServedFront;
  beforeAll(async () => {
    tree = await publishTree();
    const gone = { version: 2, 'repo-registry-id': 'gone', url: 'https://static.example.com/gone' };
    const goneV1 = { ...gone, version: 1, images: [{ id: 'f'.repeat(64) }], tags: {} };
    const files = [...tree.files, gone, goneV1];
    front = await serveFront(way, { files, config: { serveContent: tree.serveContent } });
  });
  afterAll(async () => {
    await front.stop();
    await tree.remove();
  });

  const fetchFile = (path: string, headers: [string, string][] = [], method = 'GET'): Promise<HttpAnswer> =>
    request(front.url, { path, headers, method });

  describe('files and their types', () => {
    const v1 = `/v1/images/${topImage.id}`;

    it.each([
      ['a list', '/v2/demo/five/manifests/latest', LISTS_TYPE, LISTS_TYPE, list.bytes],
      ['the image of a list', '/v2/demo/five/manifests/latest', SCHEMA2_TYPE, SCHEMA2_TYPE, image.bytes],
      ['schema 2', '/v2/demo/five/manifests/only2', SCHEMA2_TYPE, SCHEMA2_TYPE, image.bytes],
      ['schema 1', '/v2/demo/five/manifests/old', '', SCHEMA1_TYPE, oldImage.bytes],
      ['a list by digest', `/v2/demo/five/manifests/${list.digest}`, '', LISTS_TYPE, list.bytes],
      ['schema 2 by digest', `/v2/demo/five/manifests/${image.digest}`, '*/*', SCHEMA2_TYPE, image.bytes],
      ['schema 1 by digest', `/v2/demo/five/manifests/${oldImage.digest}`, '', SCHEMA1_TYPE, oldImage.bytes],
      ['a flat list', '/v2/demo/flat/manifests/latest', '', LISTS_TYPE, list.bytes],
      ['flat schema 2', `/v2/demo/flat/manifests/${image.digest}`, '', SCHEMA2_TYPE, image.bytes],
      ['flat schema 1', '/v2/demo/flat/manifests/old', '', SCHEMA1_TYPE, oldImage.bytes],
      ['a layer', `/v2/demo/five/blobs/${layer.digest}`, '', 'application/octet-stream', layer.bytes],
      ['a configuration', `/v2/demo/flat/blobs/${config.digest}`, '', 'application/octet-stream', config.bytes],
      ['v1 ancestry', `${v1}/ancestry`, '', 'application/json', Buffer.from(JSON.stringify(topImage.ancestry))],
      ['v1 json', `${v1}/json`, '', 'application/json', Buffer.from(topImage.json)],
      ['v1 layer', `${v1}/layer`, '', 'application/octet-stream', topImage.layer],
    ])('%s', async (_what, path, accept, type, bytes) => {
      const answer = await fetchFile(path, [['Accept', accept]]);
      expect([answer.status, answer.headers['content-type']]).toEqual([200, type]);
      expect(answer.headers['content-length']).toBe(String(bytes.length));
      expect(answer.body.equals(bytes)).toBe(true);
      expect(answer.headers).toMatchObject(path.startsWith('/v2') ? VERSION_HEADER : V1_HEADERS);

      const head = await fetchFile(path, [['Accept', accept]], 'HEAD');
      expect(plain(head)).toEqual({ ...plain(answer), body: '' });
    });

    it('tags/list of a file that does not list schema 1', async () => {
      const answer = await ask(front.url, '/v2/demo/flat/tags/list');
      expect([answer.status, answer.headers['content-type']]).toEqual([200, 'application/json']);
      expect(JSON.parse(answer.body)).toMatchObject({ name: 'demo/flat' });
    });

    it('are links into the content store', () => {
      expect(lstatSync(tree.pathOf('v2', 'pulp-five/manifests/2/only2')).isSymbolicLink()).toBe(true);
      expect(lstatSync(tree.pathOf('v2', 'pulp-five')).isSymbolicLink()).toBe(true);
    });

    it('carry what caches need', async () => {
      const byTag = await fetchFile('/v2/demo/five/manifests/only2', [['Accept', SCHEMA2_TYPE]]);
      expect(byTag.headers).toMatchObject({ vary: 'Accept', etag: expect.stringMatching(/^W\//) as string });
      expect(byTag.headers).not.toHaveProperty('docker-content-digest');
      const byDigest = await fetchFile(`/v2/demo/five/manifests/${image.digest}`);
      expect(byDigest.headers).toMatchObject({ 'docker-content-digest': image.digest, etag: `"${image.digest}"` });
      expect(byDigest.headers).not.toHaveProperty('vary');
    });
  });

  describe('parts and conditions', () => {
    const path = `/v2/demo/five/blobs/${layer.digest}`;
    const size = layer.bytes.length;

    it.each([
      ['bytes=0-9', 0, 10],
      ['bytes=10-', 10, size],
      ['bytes=-7', size - 7, size],
      [`bytes=5-${size * 2}`, 5, size],
    ])('%s is a part', async (range, from, to) => {
      const answer = await fetchFile(path, [['Range', range]]);
      expect(answer.status).toBe(206);
      expect(answer.headers).toMatchObject({
        ...VERSION_HEADER,
        'content-range': `bytes ${from}-${to - 1}/${size}`,
        'content-length': String(to - from),
        'content-type': 'application/octet-stream',
      });
      expect(answer.body.equals(layer.bytes.subarray(from, to))).toBe(true);
    });

    it.each(['bytes=0-1,4-5', 'lines=1-2', 'bytes=x'])('%s is answered with the whole', async (range) => {
      const answer = await fetchFile(path, [['Range', range]]);
      expect([answer.status, answer.body.length]).toEqual([200, size]);
    });

    it('a part behind the end is 416, without a body', async () => {
      const { status, headers, body } = plain(await fetchFile(path, [['Range', `bytes=${size}-`]]));
      expect({ status, body }).toEqual({ status: 416, body: '' });
      expect(headers).toMatchObject({ ...VERSION_HEADER, 'content-range': `bytes */${size}`, 'content-length': '0' });
      expect(headers).not.toHaveProperty('content-type');
    });

    it('a part of something that has changed is the whole', async () => {
      const range: [string, string] = ['Range', 'bytes=0-9'];
      const same = await fetchFile(path, [range, ['If-Range', `"${layer.digest}"`]]);
      const other = await fetchFile(path, [range, ['If-Range', '"other"']]);
      expect([same.status, other.status]).toEqual([206, 200]);
    });

    it.each([`"${layer.digest}"`, '*', `"x", W/"${layer.digest}"`])('%s is known already', async (tag) => {
      for (const method of ['GET', 'HEAD']) {
        const { status, headers, body } = await fetchFile(path, [['If-None-Match', tag]], method);
        expect([status, body.length]).toEqual([304, 0]);
        expect(headers).toMatchObject({ ...VERSION_HEADER, etag: `"${layer.digest}"` });
        expect(headers).not.toHaveProperty('content-type');
      }
    });

    it('another version is sent, and a failed condition is 412', async () => {
      expect(await fetchFile(path, [['If-None-Match', '"other"']])).toMatchObject({ status: 200 });
      const { status, headers, body } = await fetchFile(path, [['If-Match', '"other"']]);
      expect([status, headers['content-length'], body.length]).toEqual([412, '0', 0]);
      expect(headers).toMatchObject(VERSION_HEADER);
    });
  });

  describe('what is not there', () => {
    it.each([
      ['a tag', '/v2/demo/flat/manifests/nowhere', manifestUnknown('demo/flat', 'nowhere'), { vary: 'Accept' }],
      ['a digest', `/v2/demo/flat/manifests/${UNLISTED}`, manifestUnknown('demo/flat', UNLISTED), {}],
      [
        'a blob',
        `/v2/demo/five/blobs/${UNLISTED}`,
        specError('BLOB_UNKNOWN', 'blob unknown to registry', { Digest: UNLISTED }),
        {},
      ],
    ])('%s is 404 as everywhere', async (_what, path, body, headers) => {
      for (const range of [{}, { Range: 'bytes=0-1' }] as Record<string, string>[]) {
        expect(await ask(front.url, path, range)).toEqual(jsonAnswer(404, body, { ...VERSION_HEADER, ...headers }));
      }
    });

    it('a repository whose tree is elsewhere is redirected there', async () => {
      expect(await ask(front.url, '/v2/gone/tags/list')).toEqual(
        redirectAnswer('https://static.example.com/gone/tags/list', VERSION_HEADER),
      );
      const id = 'f'.repeat(64);
      expect(await ask(front.url, `/v1/images/${id}/json`)).toEqual(
        redirectAnswer(`https://static.example.com/gone/${id}/json`, V1_HEADERS),
      );
    });
  });
});
