/** What becomes of a request when the index answers later, and when it fails. */
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

describe.each(ways)('$title', (way) => {
  it('an index that answers later gives the same answers', async () => {
    const paths = [
      ...['demo/five', 'secret/five', 'no/such', 'demo/v1-in-four'].flatMap((name) => [
        `/v2/${name}/manifests/latest`,
        `/v2/${name}/blobs/${IMAGE}`,
        `/v2/${name}/tags/list`,
        `/v1/repositories/${name}/images`,
        `/v1/repositories/${name}/tags/latest`,
      ]),
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
    ['registriesAfter throws', { registriesAfter: fail }],
    ['findImage throws', { findImage: fail }],
    ['findImage rejects', { findImage: () => Promise.reject(fault) }],
    ['imageRepositories throws', { imageRepositories: fail }],
  ])('%s: 500 in JSON that tells nothing, logged once', async (title, change) => {
    const paths: Record<string, string[]> = {
      find: ['/v2/demo/five/manifests/x', '/v2/demo/five/tags/list', '/v1/repositories/demo/v1/tags'],
      registriesAfter: ['/v2/_catalog', '/crane/repositories/v2'],
      findImage: [`/v1/images/${imageIdOf('1')}/json`],
      imageRepositories: ['/crane/repositories'],
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
