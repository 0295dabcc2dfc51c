/** Private files that are served from here, by ourselves or through Apache: for who may pull them only, and kept by nobody. */
import { ask } from '../answers';
import { image, publishTree, v1Images, type PublishedTree } from '../published-tree';
import { SCHEMA2_TYPE, UNLISTED } from '../repositories';
import { serveFront, ways, type ServedFront } from '../ways';
import { ALICE, basic, USERS } from './credentials';

const MANIFEST = '/v2/demo/five/manifests/only2';
const BLOB = `/v2/demo/five/blobs/${image.blobs[1]?.digest ?? ''}`;
const LAYER = `/v1/images/${v1Images[0]?.id ?? ''}/layer`;

describe.each(ways)('$title', (way) => {
  let tree: PublishedTree;
  let front: ServedFront;
  let apache: ServedFront;
  beforeAll(async () => {
    tree = await publishTree();
    const files = tree.files.map((file) => ({ ...file, protected: true }));
    const auth = { users: USERS };
    front = await serveFront(way, { files, auth, config: { serveContent: tree.serveContent } });
    apache = await serveFront(way, {
      files,
      auth,
      config: { serveContent: { ...tree.serveContent, usesXSendfile: true } },
    });
  });
  afterAll(async () => {
    await Promise.all([front.stop(), apache.stop()]);
    await tree.remove();
  });

  const asked: [title: string, path: string, headers: Record<string, string>, status: number, vary: string][] = [
    ['a manifest', MANIFEST, { Accept: SCHEMA2_TYPE }, 200, 'Accept, Authorization'],
    ['a blob', BLOB, {}, 200, 'Authorization'],
    ['a v1 layer', LAYER, {}, 200, 'Authorization'],
    ['a part', BLOB, { Range: 'bytes=0-3' }, 206, 'Authorization'],
    ['a part behind the end', BLOB, { Range: 'bytes=99999999-' }, 416, 'Authorization'],
    ['what the client has already', BLOB, { 'If-None-Match': '*' }, 304, 'Authorization'],
    ['what is not there', `/v2/demo/five/blobs/${UNLISTED}`, {}, 404, 'Authorization'],
  ];
  it.each(asked)('%s is for who may pull it', async (_title, path, headers, status, vary) => {
    for (const method of ['GET', 'HEAD']) {
      expect(await ask(front.url, path, { ...headers, ...ALICE }, { method })).toMatchObject({
        status,
        headers: { 'cache-control': 'no-store', vary },
      });
      for (const shown of [{}, basic('alice', 'x')]) {
        const { status: refused, headers: told } = await ask(front.url, path, { ...headers, ...shown }, { method });
        expect([refused, told['etag'], told['docker-content-digest']]).toEqual([401, undefined, undefined]);
      }
    }
  });

  it('Apache is told where it is for nobody else', async () => {
    for (const path of [BLOB, LAYER]) {
      expect(await ask(apache.url, path, ALICE)).toMatchObject({
        status: 200,
        headers: {
          'x-sendfile': expect.stringContaining(tree.publisher.published) as string,
          'cache-control': 'no-store',
        },
      });
      const { status, headers } = await ask(apache.url, path);
      expect([status, headers['x-sendfile']]).toEqual([401, undefined]);
    }
  });
});
