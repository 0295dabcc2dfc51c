/** What becomes of a request when the index answers later, and when it fails. */
import type { RepositoryIndex } from '../../app/store/repository-index';
import { IndexUnavailable } from '../../app/store/index-unavailable';
import { alterIndex, slowDown } from './altered-index';
import { ask, jsonAnswer, specError, V1_HEADERS, VERSION_HEADER } from './answers';
import { createIndex } from './front';
import { IMAGE, imageIdOf, repositories, SCHEMA2_TYPE } from './repositories';
import { ways, withFront } from './ways';

const INTERNAL_ERROR = specError('UNKNOWN', 'internal error', {});

function headersOf(path: string): Record<string, string> {
  if (path.startsWith('/v2/')) return VERSION_HEADER;
  return path.startsWith('/v1/') ? V1_HEADERS : {};
}

const failLaterBy =
  (fault: Error): RepositoryIndex['findImage'] =>
  () => ({ [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(fault) }) });

describe.each(ways)('$title', (way) => {
  it('an index that answers later gives the same answers', async () => {
    const paths = [
      ...['demo/five', 'secret/five', 'no/such', 'demo/v1-in-four'].flatMap((name) => [
        `/v2/${name}/manifests/latest`,
        `/v2/${name}/blobs/${IMAGE}`,
        `/v2/${name}/tags/list`,
        `/v1/repositories/${name}/images`,
        `/v1/repositories/${name}/tags`,
        `/v1/repositories/${name}/tags/latest`,
      ]),
      '/v2/_catalog',
      '/v2/demo/five/tags/list?n=1',
      ...['1', '4', '9'].map((digit) => `/v1/images/${imageIdOf(digit)}/json`),
    ];
    const index = await createIndex(repositories);
    await withFront(way, { index }, (front) =>
      withFront(way, { index: slowDown(index) }, async (later) => {
        for (const path of paths) {
          const headers = { Accept: SCHEMA2_TYPE, Host: 'registry.example.com' };
          expect(await ask(later.url, path, headers)).toEqual(await ask(front.url, path, headers));
        }
      }),
    );
  });

  const fault = new Error('password=hunter2 was refused', { cause: new Error('connection lost') });
  const fail = (): never => {
    throw fault;
  };

  it.each([
    ['find throws', { find: fail }],
    ['find rejects', { find: () => Promise.reject(fault) }],
    ['findTags rejects', { findTags: () => Promise.reject(fault) }],
    ['findImages rejects', { findImages: () => Promise.reject(fault) }],
    ['listRegistries throws', { listRegistries: fail }],
    ['findImage throws', { findImage: fail }],
    ['findImage rejects', { findImage: failLaterBy(fault) }],
    ['listImages throws', { listImages: fail }],
  ] satisfies [string, Partial<RepositoryIndex>][])(
    '%s: 500 in JSON that tells nothing, logged once',
    async (title, change) => {
      const paths: Record<string, string[]> = {
        find: ['/v2/demo/five/manifests/x', '/v1/repositories/demo/v1/tags/latest'],
        findTags: ['/v2/demo/five/tags/list'],
        findImages: ['/v1/repositories/demo/v1/tags', '/v1/repositories/demo/v1/images'],
        listRegistries: ['/v2/_catalog', '/crane/repositories/v2'],
        findImage: [`/v1/images/${imageIdOf('1')}/json`],
        listImages: ['/crane/repositories'],
      };
      const index = alterIndex(await createIndex(repositories), change);
      await withFront(way, { index }, async ({ url, log }) => {
        for (const path of paths[title.split(' ')[0] ?? ''] ?? []) {
          log.length = 0;
          const answer = await ask(url, path);
          expect(answer).toMatchObject(jsonAnswer(500, INTERNAL_ERROR, headersOf(path)));
          expect(log).toEqual([
            {
              level: 'error',
              message: 'request failed',
              fields: { method: 'GET', path: path.replace(/\?.*/, ''), error: fault },
            },
          ]);
        }
      });
    },
  );

  it('an index that does not know: 503, never 404, and nothing in the log', async () => {
    const unavailable = (): Promise<never> => Promise.reject(new IndexUnavailable('out of reach'));
    const index = alterIndex(await createIndex(repositories), {
      find: unavailable,
      findTags: unavailable,
      findImages: unavailable,
      findImage: failLaterBy(new IndexUnavailable('out of reach')),
      listRegistries: unavailable,
      listImages: unavailable,
    });
    const expected = specError('UNAVAILABLE', 'the registry cannot answer yet, try again', {
      Reason: 'the index cannot be asked now',
    });
    await withFront(way, { index }, async ({ url, log }) => {
      for (const path of [
        '/v2/demo/five/manifests/x',
        `/v2/demo/five/blobs/${IMAGE}`,
        '/v2/demo/five/tags/list',
        '/v2/_catalog',
        '/v1/repositories/demo/v1/images',
        '/v1/repositories/demo/v1/tags',
        '/v1/repositories/demo/v1/tags/latest',
        `/v1/images/${imageIdOf('1')}/json`,
        '/crane/repositories',
        '/crane/repositories/v2',
      ]) {
        const headers = { ...headersOf(path), 'retry-after': '5' };
        expect([path, await ask(url, path)]).toEqual([path, jsonAnswer(503, expected, headers)]);
      }
      expect(log).toEqual([]);
      const { body } = await ask(url, '/metrics');
      expect(body).toMatch(/index unavailable"\} [1-9]/);
    });
  });

  it('a fault in one request leaves the others alone', async () => {
    const healthy = await createIndex(repositories);
    const index = alterIndex(healthy, {
      find: (name, reference) => (name === 'bad' ? Promise.reject(fault) : healthy.find(name, reference)),
    });
    await withFront(way, { index }, async ({ url }) => {
      const answers = await Promise.all(
        ['bad', 'demo/five', 'bad', 'demo/five'].map((name) => ask(url, `/v2/${name}/manifests/only1`)),
      );
      expect(answers.map(({ status }) => status)).toEqual([500, 302, 500, 302]);
    });
  });
});
