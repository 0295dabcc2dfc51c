/** The catalog and searches under access control: to each what that one may see, page by page, and kept by nobody. */
import { docs, send, startSearchServer, type SearchServer } from '../../search/search-server';
import { ask, jsonAnswer, V1_HEADERS, VERSION_HEADER } from '../answers';
import { repositories, VISIBLE_NAMES } from '../repositories';
import { serveFront, ways, withFront, type ServedFront } from '../ways';
import { ALICE, askToken, basic, bearer, BOB, NOBODY, pullScope, USERS } from './credentials';

const ACL = {
  rules: [
    { who: 'user:alice', names: 'secret/**', access: 'pull' },
    { who: 'everyone', names: 'secret/**', access: 'none' },
    { who: 'user:bob', names: 'demo/**', access: 'none' },
    { who: 'everyone', names: '**', access: 'pull' },
  ],
};
const PRIVATE = { 'cache-control': 'no-store', vary: 'Authorization' };
const SECRET = ['secret/five', 'secret/flat', 'secret/text'];
const ALL = [...VISIBLE_NAMES, ...SECRET].sort();
const OF_BOB = VISIBLE_NAMES.filter((name) => !name.startsWith('demo/'));
const CATALOG = 'registry:catalog:*';

describe.each(ways)('$title', (way) => {
  let front: ServedFront;
  let search: SearchServer;
  beforeAll(async () => {
    search = await startSearchServer();
    front = await serveFront(way, { files: repositories, auth: { users: USERS, acl: ACL } });
  });
  afterAll(() => Promise.all([front, search].map((server) => server.stop())));

  const tokenFor = async (scopes: string[], shown = {}): Promise<Record<string, string>> =>
    bearer(await askToken(front.url, scopes, shown));

  it('shows to each what that one may pull', async () => {
    const seen: [shown: Record<string, string>, names: string[]][] = [
      [{}, VISIBLE_NAMES],
      [NOBODY, VISIBLE_NAMES],
      [ALICE, ALL],
      [BOB, OF_BOB],
      [await tokenFor([CATALOG]), VISIBLE_NAMES],
      [await tokenFor([CATALOG], ALICE), ALL],
      // podman asks for the catalog with a token for nothing, or for anything.
      [await tokenFor([], ALICE), ALL],
      [await tokenFor([pullScope('secret/flat')], ALICE), ALL],
      // Nobody is refused what he could see without showing anything.
      [await tokenFor([CATALOG], BOB), VISIBLE_NAMES],
    ];
    for (const [shown, names] of seen) {
      expect(await ask(front.url, '/v2/_catalog', shown)).toEqual(
        jsonAnswer(200, { repositories: names }, { ...VERSION_HEADER, ...PRIVATE }),
      );
    }
  });

  it('has pages without gaps', async () => {
    for (const [shown, names] of [
      [{}, VISIBLE_NAMES],
      [ALICE, ALL],
    ] as const) {
      const seen: string[] = [];
      for (let path: string | undefined = '/v2/_catalog?n=3'; path !== undefined;) {
        const { headers, body } = await ask(front.url, path, shown);
        const page = (JSON.parse(body) as { repositories: string[] }).repositories;
        expect(page.length).toBeGreaterThan(0);
        seen.push(...page);
        path = /^<([^>]+)>; rel="next"$/.exec(headers['link'] ?? '')?.[1];
      }
      expect(seen).toEqual(names);
    }
  });

  it('is refused to wrong credentials', async () => {
    for (const shown of [basic('alice', 'x'), bearer('x.y.z'), { Authorization: 'Basic !' }]) {
      expect(await ask(front.url, '/v2/_catalog', shown)).toMatchObject({ status: 401, headers: PRIVATE });
    }
  });

  it('a search shows to each what that one may pull, and with wrong credentials what everybody finds', async () => {
    search.answer = send(
      docs(...['demo/v1', 'secret/v1', 'solo'].map((allTitle) => ({ allTitle, documentKind: 'ImageRepository' }))),
    );
    const options = { files: repositories, auth: { users: USERS, acl: ACL } };
    const config = { search: { solrUrl: `${search.origin}/{0}` } };
    await withFront(way, { ...options, config }, async ({ url, log }) => {
      const found = async (shown: Record<string, string>): Promise<string[]> => {
        const { status, headers, body } = await ask(url, '/v1/search?q=x', shown);
        expect([status, headers]).toMatchObject([200, { ...V1_HEADERS, ...PRIVATE }]);
        return (JSON.parse(body) as { results: { name: string }[] }).results.map(({ name }) => name);
      };
      for (const shown of [{}, NOBODY, basic('alice', 'x'), bearer('x.y.z')]) {
        expect(await found(shown)).toEqual(['demo/v1', 'solo']);
      }
      expect(log.map(({ message }) => message)).toEqual(['password refused', 'token refused']);
      expect(await found(ALICE)).toEqual(['demo/v1', 'secret/v1', 'solo']);
      expect(await found(BOB)).toEqual(['solo']);
    });
  });
});
