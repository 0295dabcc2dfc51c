/** Pulls under access control: who gets what, what may be kept by a cache, and when a server is too busy to tell. */
import { until } from '../../support/until';
import { ask, jsonAnswer, manifestUnknown, redirectAnswer, specError, VERSION_HEADER } from '../answers';
import { exchange, formatRequest, withoutDate } from '../raw-exchange';
import { IMAGE, repositories, SCHEMA2_TYPE, storageOf, UNLISTED } from '../repositories';
import { serveFront, ways, withFront, type ServedFront } from '../ways';
import { ALICE, askToken, basic, bearer, BOB, NOBODY, pullScope, USERS } from './credentials';

/** What bob may not pull, and what is not there at all; of one length. */
const NAMES = ['secret/five', 'secret/none'];
const ACL = {
  rules: [
    { who: 'user:alice', names: 'secret/**', access: 'pull' },
    { who: 'everyone', names: 'secret/**', access: 'none' },
    { who: 'everyone', names: '**', access: 'pull' },
  ],
};
const PRIVATE = { 'cache-control': 'no-store', vary: 'Authorization' };
const SCHEMA2 = { Accept: SCHEMA2_TYPE };
const routesOf = (name: string): string[] => [
  ...['latest', 'nowhere', IMAGE, UNLISTED].map((reference) => `/v2/${name}/manifests/${reference}`),
  ...['tags/list', 'tags/list?n=1', `blobs/${IMAGE}`, `referrers/${IMAGE}`].map((rest) => `/v2/${name}/${rest}`),
];

describe.each(ways)('$title', (way) => {
  let front: ServedFront;
  beforeAll(async () => {
    front = await serveFront(way, { files: repositories, auth: { users: USERS, acl: ACL } });
  });
  afterAll(() => front.stop());

  describe('what everybody may pull', () => {
    it.each([
      ['/v2/demo/five/manifests/only2', 302, 'Accept'],
      [`/v2/demo/five/blobs/${IMAGE}`, 302, undefined],
      ['/v2/demo/flat/tags/list', 302, undefined],
      ['/v2/demo/five/tags/list', 200, undefined],
    ])('%s is the same for all, and may be kept', async (path, status, vary) => {
      const answers = await Promise.all(
        [{}, NOBODY, ALICE, BOB].map((shown) => ask(front.url, path, { ...SCHEMA2, ...shown })),
      );
      expect(answers[0]).toMatchObject({ status });
      expect(answers[0]?.headers['vary']).toBe(vary);
      expect(answers[0]?.headers).not.toHaveProperty('cache-control');
      expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toHaveProperty('size', 1);
    });
  });

  it('what is missing is the same for all, and kept by nobody: for somebody else it may be there', async () => {
    const answers = await Promise.all(
      [{}, NOBODY, ALICE, BOB].map((shown) =>
        ask(front.url, '/v2/demo/five/manifests/nowhere', { ...SCHEMA2, ...shown }),
      ),
    );
    expect(answers[0]).toMatchObject({
      status: 404,
      headers: { vary: 'Accept, Authorization', 'cache-control': 'no-store' },
    });
    expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toHaveProperty('size', 1);
  });

  it('wrong credentials are told to be wrong, also where none are needed', async () => {
    for (const shown of [basic('alice', 'x'), { Authorization: 'Basic !' }, { Authorization: 'Digest x' }]) {
      for (const path of ['/v2/', '/v2/demo/five/tags/list']) {
        expect(await ask(front.url, path, shown)).toMatchObject({ status: 401, headers: PRIVATE });
      }
    }
  });

  describe('what is private', () => {
    it('is redirected for who may, and nothing keeps the answer', async () => {
      const token = await askToken(front.url, [pullScope('secret/five')], ALICE);
      for (const shown of [ALICE, bearer(token)]) {
        expect(await ask(front.url, '/v2/secret/five/manifests/latest', { ...SCHEMA2, ...shown })).toEqual(
          redirectAnswer(`${storageOf(5, 'secret/five')}manifests/2/latest`, {
            ...VERSION_HEADER,
            ...PRIVATE,
            vary: 'Accept, Authorization',
          }),
        );
        expect(await ask(front.url, `/v2/secret/five/blobs/${IMAGE}`, shown)).toEqual(
          redirectAnswer(`${storageOf(5, 'secret/five')}blobs/${IMAGE}`, {
            ...VERSION_HEADER,
            ...PRIVATE,
            'docker-content-digest': IMAGE,
          }),
        );
        expect(await ask(front.url, '/v2/secret/five/tags/list', shown)).toEqual(
          jsonAnswer(200, { name: 'secret/five', tags: ['latest', 'old'] }, { ...VERSION_HEADER, ...PRIVATE }),
        );
      }
    });

    it.each(routesOf('secret/five'))('%s: no credentials, or wrong ones, are 401', async (path) => {
      const wrong = [basic('alice', 'x'), basic('carol', 'wonder'), basic('', 'wonder'), { Authorization: 'Basic %' }];
      for (const shown of [{}, NOBODY, ...wrong, { Authorization: 'Digest username="alice"' }]) {
        for (const method of ['GET', 'HEAD']) {
          const { status, headers } = await ask(front.url, path, shown, { method });
          expect([status, headers]).toMatchObject([401, PRIVATE]);
          expect(headers).not.toHaveProperty('location');
        }
      }
    });

    it.each(routesOf('secret/five'))('%s looks as if it were not there', async (path) => {
      const token = await askToken(front.url, NAMES.map(pullScope), BOB);
      for (const [shown, status] of [
        [{}, 401],
        [basic('alice', 'x'), 401],
        [bearer(await askToken(front.url, NAMES.map(pullScope))), 401],
        [BOB, 404],
        [bearer(token), 404],
      ] as const) {
        for (const method of ['GET', 'HEAD']) {
          const lines = Object.entries({ ...SCHEMA2, ...shown }).map((pair) => pair.join(': '));
          const [there, notThere] = await Promise.all(
            ['secret/five', 'secret/none'].map(async (name) => {
              const request = formatRequest(method, path.replace('secret/five', name), lines);
              return withoutDate(await exchange(front.url, request)).replaceAll(name, 'NAME');
            }),
          );
          expect(there).toMatch(`HTTP/1.1 ${status} `);
          expect(there).toBe(notThere);
        }
      }
    });

    it('is a 404 of its own for who may pull the rest of it', async () => {
      expect(await ask(front.url, '/v2/secret/none/manifests/latest', ALICE)).toEqual(
        jsonAnswer(404, manifestUnknown('secret/none', 'latest'), { ...VERSION_HEADER, ...PRIVATE }),
      );
    });
  });

  it('a name of nothing is 404 at once where nothing could be hidden', async () => {
    const acl = { rules: [{ who: 'everyone', names: 'a/**', access: 'pull', protected: false }] };
    const open = { rules: [...acl.rules, { who: 'everyone', names: 'a/**', access: 'pull', protected: true }] };
    for (const [list, status] of [
      [acl, 401],
      [open, 404],
    ] as const) {
      await withFront(way, { auth: { users: USERS, acl: list } }, async ({ url }) => {
        expect(await ask(url, '/v2/a/b/manifests/latest')).toMatchObject({ status });
      });
    }
  });

  it('a list that reveals says what is there, and what is denied', async () => {
    const auth = { users: USERS, acl: { ...ACL, reveal: true } };
    await withFront(way, { files: repositories, auth }, async ({ url }) => {
      for (const path of routesOf('secret/five')) {
        expect(await ask(url, path)).toMatchObject({ status: 401 });
        expect(await ask(url, path, BOB)).toEqual(
          jsonAnswer(403, specError('DENIED', 'requested access to the resource is denied', { Name: 'secret/five' }), {
            ...VERSION_HEADER,
            ...PRIVATE,
          }),
        );
      }
      const token = await askToken(url, [pullScope('secret/five')], BOB);
      expect(await ask(url, '/v2/secret/five/tags/list', bearer(token))).toMatchObject({ status: 403 });
      for (const shown of [{}, BOB]) {
        expect(await ask(url, '/v2/secret/none/manifests/latest', shown)).toMatchObject({ status: 404 });
      }
    });
  });

  it('is 503 while too many passwords are being checked, which says nothing about any', async () => {
    let release = (): void => undefined;
    const released = new Promise<boolean>((resolve) => (release = () => resolve(true)));
    const hashPool = { verify: () => released, close: () => Promise.resolve() };
    await withFront(way, { files: repositories, auth: { users: USERS, hashPool } }, async ({ url }) => {
      const path = '/v2/secret/five/tags/list';
      const MOST_OF_SOURCE = 25;
      let turnedAway = 0;
      const asked = Array.from({ length: MOST_OF_SOURCE + 1 }, async (_, number) => {
        const { status } = await ask(url, path, basic('alice', `${number}`));
        if (status === 503) turnedAway++;
        return status;
      });
      await until('all places are taken', () => turnedAway === 1);
      const answer = jsonAnswer(
        503,
        specError('UNAVAILABLE', 'the registry cannot answer yet, try again', {
          Reason: 'too many passwords are being checked',
        }),
        { ...VERSION_HEADER, ...PRIVATE, 'retry-after': '5' },
      );
      for (const shown of [ALICE, basic('carol', 'x')]) expect(await ask(url, path, shown)).toEqual(answer);
      for (const busy of ['/token', '/v1/repositories/demo/v1/images']) {
        expect(await ask(url, busy, ALICE)).toMatchObject({
          status: 503,
          headers: { 'retry-after': '5', 'cache-control': 'no-store' },
        });
      }
      // Nobody else waits.
      expect(await ask(url, '/v2/demo/five/tags/list')).toMatchObject({ status: 200 });
      expect(await ask(url, path)).toMatchObject({ status: 401 });
      release();
      expect((await Promise.all(asked)).sort()).toEqual([...Array<number>(MOST_OF_SOURCE).fill(200), 503]);
    });
  });

  it('is 503 before the first load for who is let in, and 401 for who is not', async () => {
    await withFront(way, { auth: { users: USERS }, isLoaded: false }, async ({ url }) => {
      expect(await ask(url, '/v2/a/manifests/b')).toMatchObject({ status: 503 });
      expect(await ask(url, '/v2/a/manifests/b', ALICE)).toMatchObject({ status: 503 });
      expect(await ask(url, '/v2/a/manifests/b', basic('alice', 'x'))).toMatchObject({ status: 401 });
      expect(await ask(url, '/v2/', ALICE)).toMatchObject({ status: 200 });
    });
  });
});
