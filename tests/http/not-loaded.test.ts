/** Before the first complete load nothing is known: 503, never 404, except for what needs no knowledge. */
import { ask, jsonAnswer, specError, V1_HEADERS, VERSION_HEADER } from './answers';
import { docs, send, startSearchServer, type SearchServer } from '../search/search-server';
import { IMAGE, imageIdOf, repositories } from './repositories';
import { serveFront, ways, type ServedFront } from './ways';

const NOT_YET = specError('UNAVAILABLE', 'the registry cannot answer yet, try again', {
  Reason: 'the redirect files have not been read yet',
});

describe.each(ways)('$title', (way) => {
  let search: SearchServer;
  let front: ServedFront;
  beforeEach(async () => {
    search = await startSearchServer();
    search.answer = send(docs({ allTitle: 'demo/five', documentKind: 'ImageRepository' }));
    front = await serveFront(way, {
      isLoaded: false,
      files: repositories,
      config: { search: { solrUrl: `${search.origin}/?q={0}` } },
    });
  });
  afterEach(() => Promise.all([front.stop(), search.stop()]));

  it.each([
    '/v2/demo/five/manifests/latest',
    `/v2/demo/five/manifests/${IMAGE}`,
    '/v2/no/such/manifests/latest',
    `/v2/demo/five/blobs/${IMAGE}`,
    `/v2/demo/five/referrers/${IMAGE}`,
    '/v2/demo/five/tags/list',
    '/v2/demo/five/tags/list?n=x',
    '/v2/_catalog',
  ])('%s is 503', async (path) => {
    const expected = jsonAnswer(503, NOT_YET, { ...VERSION_HEADER, 'retry-after': '5' });
    expect(await ask(front.url, path)).toEqual(expected);
    expect(await ask(front.url, path, {}, { method: 'HEAD' })).toEqual({ ...expected, body: '' });
  });

  it.each([
    '/v1/repositories/solo/images',
    '/v1/repositories/solo/tags',
    '/v1/repositories/solo/tags/latest',
    '/v1/repositories/no/such/tags/latest',
    `/v1/images/${imageIdOf('1')}/layer`,
    '/v1/search?q=x',
  ])('%s is 503', async (path) => {
    expect(await ask(front.url, path)).toEqual(jsonAnswer(503, NOT_YET, { ...V1_HEADERS, 'retry-after': '5' }));
  });

  it.each(['/v2/', '/v1/_ping', '/v1/users', '/healthz', '/metrics', '/crane/repositories'])(
    '%s answers',
    async (path) => {
      expect(await ask(front.url, path)).toMatchObject({ status: 200 });
    },
  );

  it('a push is refused all the same', async () => {
    expect(await ask(front.url, '/v2/demo/five/blobs/uploads/', {}, { method: 'POST' })).toMatchObject({ status: 405 });
  });

  it('the load ends that', async () => {
    front.loader.isLoaded = true;
    for (const path of ['/v2/demo/five/manifests/only1', `/v1/images/${imageIdOf('1')}/layer`]) {
      expect(await ask(front.url, path)).toMatchObject({ status: 302 });
    }
    expect(await ask(front.url, '/v2/no/such/manifests/latest')).toMatchObject({ status: 404 });
  });
});
