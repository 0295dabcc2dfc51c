/** What may be kept of an answer that is signed, private, or both; and files that are served here. */
import { ask, type PlainAnswer } from '../answers';
import { IMAGE, imageIdOf, repositories, SCHEMA2_TYPE } from '../repositories';
import { ways, withFront } from '../ways';
import { ALICE, USERS } from './credentials';

const token = { secretHex: '00ffa1b2', parameter: '_auth_', ttlSeconds: 300, algorithm: 'sha256' } as const;
const SIGNED = /^https:\/\/static\.example\.com\/v2\/.*\?_auth_=exp=1000300~hmac=[0-9a-f]{64}$/;

/** Every line by the name that decides what caches do. */
const cachingOf = ({ headers }: PlainAnswer): unknown[] => [headers['cache-control'], headers['vary']];

describe.each(ways)('$title', (way) => {
  const asked: [path: string, shown: Record<string, string>, caching: unknown[]][] = [
    [`/v2/demo/five/blobs/${IMAGE}`, {}, ['no-store', undefined]],
    ['/v2/demo/five/manifests/only2', {}, ['no-store', 'Accept']],
    ['/v2/demo/flat/tags/list', ALICE, ['no-store', undefined]],
    [`/v2/secret/five/blobs/${IMAGE}`, ALICE, ['no-store', 'Authorization']],
    ['/v2/secret/five/manifests/latest', ALICE, ['no-store', 'Accept, Authorization']],
  ];
  it.each(asked)('signed: %s %j', async (path, shown, caching) => {
    const options = { files: repositories, config: { cdn: { token } }, auth: { users: USERS } };
    for (const method of ['GET', 'HEAD']) {
      const answer = await withFront(way, { ...options, nowSeconds: () => 1_000_000 }, ({ url }) =>
        ask(url, path, { Accept: SCHEMA2_TYPE, ...shown }, { method }),
      );
      expect(answer).toMatchObject({ status: 302, headers: { location: expect.stringMatching(SIGNED) as string } });
      expect(cachingOf(answer)).toEqual(caching);
    }
  });

  it('nothing else of what is public is kept from caches', async () => {
    await withFront(
      way,
      { files: repositories, config: { cdn: { token } }, auth: { users: USERS } },
      async ({ url }) => {
        for (const path of ['/v2/demo/five/tags/list', `/v1/images/${imageIdOf('1')}/json`]) {
          expect((await ask(url, path)).headers).not.toHaveProperty('cache-control');
        }
      },
    );
  });

  it('without access control, signed addresses are not kept either', async () => {
    await withFront(way, { files: repositories, config: { cdn: { token } } }, async ({ url }) => {
      expect(cachingOf(await ask(url, `/v2/demo/five/blobs/${IMAGE}`))).toEqual(['no-store', undefined]);
    });
  });

  it('what is private is kept by nobody, signed or not, also over v1', async () => {
    await withFront(way, { files: repositories, auth: { users: USERS } }, async ({ url }) => {
      for (const path of [`/v2/secret/five/blobs/${IMAGE}`, `/v1/images/${imageIdOf('5')}/layer`]) {
        const answer = await ask(url, path, ALICE);
        expect(answer.status).toBe(302);
        expect(cachingOf(answer)).toEqual(['no-store', 'Authorization']);
      }
    });
  });
});
