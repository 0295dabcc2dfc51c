/** `[serve_content]` with X-Sendfile: the web server in front is told which file to send. */
import { manifestUnknown, ask, jsonAnswer, redirectAnswer, V1_HEADERS, VERSION_HEADER } from './answers';
import { image, publishTree, v1Images, type PublishedTree } from './published-tree';
import { LISTS_TYPE, SCHEMA2_TYPE } from './repositories';
import { serveFront, ways, type ServedFront } from './ways';

describe.each(ways)('$title', (way) => {
  let tree: PublishedTree;
  let front: ServedFront;
  beforeAll(async () => {
    tree = await publishTree();
    const gone = { version: 2, 'repo-registry-id': 'gone', url: 'https://static.example.com/gone' };
    const serveContent = { ...tree.serveContent, usesXSendfile: true };
    front = await serveFront(way, { files: [...tree.files, gone], config: { serveContent } });
  });
  afterAll(async () => {
    await front.stop();
    await tree.remove();
  });

  const sendfile = (type: string, path: string, headers: Record<string, string>) => ({
    status: 200,
    headers: { 'content-type': type, 'content-length': '0', 'x-sendfile': path, ...headers },
    body: '',
  });

  it('names the file of a tag', async () => {
    expect(await ask(front.url, '/v2/demo/five/manifests/latest', { Accept: LISTS_TYPE })).toEqual(
      sendfile(LISTS_TYPE, tree.pathOf('v2', 'pulp-five/manifests/list/latest'), { ...VERSION_HEADER, vary: 'Accept' }),
    );
  });

  it('names the file of a digest', async () => {
    const headers = { ...VERSION_HEADER, 'docker-content-digest': image.digest, etag: `"${image.digest}"` };
    expect(await ask(front.url, `/v2/demo/five/manifests/${image.digest}`, { Range: 'bytes=0-1' })).toEqual(
      sendfile(SCHEMA2_TYPE, tree.pathOf('v2', `pulp-five/manifests/2/${image.digest}`), headers),
    );
  });

  it('finds the type of a flat manifest in it', async () => {
    expect(await ask(front.url, '/v2/demo/flat/manifests/only2')).toEqual(
      sendfile(SCHEMA2_TYPE, tree.pathOf('v2', 'pulp-flat/manifests/only2'), { ...VERSION_HEADER, vary: 'Accept' }),
    );
  });

  it('names the file of a v1 image', async () => {
    const [top] = v1Images;
    expect(await ask(front.url, `/v1/images/${top?.id}/layer`)).toEqual(
      sendfile('application/octet-stream', tree.pathOf('v1', `pulp-five/${top?.id}/layer`), V1_HEADERS),
    );
  });

  it('answers by itself what is not there', async () => {
    expect(await ask(front.url, '/v2/demo/flat/manifests/nowhere')).toEqual(
      jsonAnswer(404, manifestUnknown('demo/flat', 'nowhere'), { ...VERSION_HEADER, vary: 'Accept' }),
    );
    expect(await ask(front.url, '/v2/gone/tags/list')).toEqual(
      redirectAnswer('https://static.example.com/gone/tags/list', VERSION_HEADER),
    );
  });
});
