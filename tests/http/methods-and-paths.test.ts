/** Requests that are none of the API's, other methods than GET and HEAD, and HEAD itself. */
import { ask, jsonAnswer, specError, VERSION_HEADER } from './answers';
import { IMAGE, repositories } from './repositories';
import { serveFront, ways, type ServedFront } from './ways';

describe.each(ways)('$title', (way) => {
  let front: ServedFront;
  beforeAll(async () => {
    front = await serveFront(way, { files: repositories });
  });
  afterAll(() => front.stop());

  it.each(['/v2/x', '/v2/demo/five/', '/v2/demo/five/tags/', '/v2/demo/five/tags/lists', '/v2/_catalog/', '/v2//'])(
    'GET %s is 404 in JSON',
    async (path) => {
      expect(await ask(front.url, path)).toEqual(
        jsonAnswer(
          404,
          specError('UNSUPPORTED', 'the registry does not serve this path', { Path: path }),
          VERSION_HEADER,
        ),
      );
    },
  );

  it.each(['/', '/v3/', '/v2x', '/V2/', '/favicon.ico', '/%zz', '//v2/', '/v1/', '/v1'])(
    'outside of /v2, %s is 404 in JSON',
    async (path) => {
      const answer = await ask(front.url, path);
      expect(answer).toMatchObject({ status: 404, headers: { 'content-type': 'application/json' } });
      expect(JSON.parse(answer.body)).toMatchObject({ errors: [{ code: 'UNSUPPORTED' }] });
    },
  );

  it.each(
    ['PUT', 'POST', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'].flatMap((method) =>
      ['/v2', '/v2/', '/v2/demo/five/manifests/latest', '/v2/demo/five/blobs/uploads/'].map((path) => [method, path]),
    ),
  )('%s %s is refused: the registry is read-only', async (method, path) => {
    expect(await ask(front.url, path, {}, { method })).toEqual(
      jsonAnswer(405, specError('UNSUPPORTED', 'the registry is read-only', { Method: method }), {
        ...VERSION_HEADER,
        allow: 'GET, HEAD',
      }),
    );
  });

  it('other methods are refused outside of /v2 too', async () => {
    expect(await ask(front.url, '/other', {}, { method: 'DELETE' })).toMatchObject({
      status: 405,
      headers: { allow: 'GET, HEAD' },
    });
  });

  it.each([
    '/v2/',
    '/v2',
    '/v2/demo/five/manifests/latest',
    '/v2/demo/five/manifests/nowhere',
    `/v2/demo/five/manifests/${IMAGE}`,
    `/v2/demo/five/blobs/${IMAGE}`,
    '/v2/demo/five/blobs/x',
    '/v2/demo/five/tags/list?n=1',
    '/v2/demo/flat/tags/list',
    '/v2/_catalog?n=2',
    '/v2/_catalog?n=x',
    `/v2/demo/five/referrers/${IMAGE}`,
    '/v2/x',
    '/v1/_ping',
    '/v1/users',
    '/v1/repositories/demo/v1/images',
    '/v1/search?q=x',
    '/crane/repositories',
    '/healthz',
    '/readyz',
    '/else',
  ])('HEAD %s is GET without the body', async (path) => {
    const answer = await ask(front.url, path);
    expect(await ask(front.url, path, {}, { method: 'HEAD' })).toEqual({ ...answer, body: '' });
  });
});
