/**
 * Who may not pull a repository cannot find it, whatever he shows: a front that serves it answers, byte for byte, as a front
 * that has never heard of it. Both have the same users, rules and keys.
 */
import { docs, send, startSearchServer, type SearchServer } from '../../search/search-server';
import { createTemporaryDirectory } from '../../support/temporary-directory';
import { ask } from '../answers';
import { HIDDEN_NAMES, HIDDEN_PATHS, openRepositories } from '../hidden-paths';
import { exchange, formatRequest, withoutDate } from '../raw-exchange';
import { DOCKER_1_12, DOCKER_1_9, repositories } from '../repositories';
import { mounted, ownServer, serveFront, type ServedFront } from '../ways';
import type { AuthSetup } from './open-test-gate';
import { ALICE, askToken, basic, bearer, BOB, claimsOf, NOBODY, pullScope, USERS } from './credentials';

const isHidden = [{ who: 'everyone', names: ['secret/**', 'library/secret/**'], access: 'none' }];
const rulesFor = (who: string): AuthSetup['acl'] => ({
  rules: [{ who, names: 'secret/**', access: 'pull' }, ...isHidden, { who: 'everyone', names: '**', access: 'pull' }],
});
const CATALOG = 'registry:catalog:*';
const SCOPES = [...HIDDEN_NAMES.map(pullScope), pullScope('secret/none'), pullScope('solo'), CATALOG];

/** `hasRights`: bob may pull what nobody else may, so only those who show nothing of his are compared. */
const setups: [title: string, auth: AuthSetup, hasRights: boolean][] = [
  ['no list: every user is let in', { users: USERS }, true],
  ['a list for one user', { users: USERS, acl: rulesFor('user:alice') }, false],
  ['a list for certificates', { users: USERS, acl: rulesFor('certificate'), certificateHeader: 'client-cert' }, false],
  ['a list without users', { acl: rulesFor('user:alice') }, false],
  ['certificates alone', { certificateHeader: 'x-ssl-client-cert' }, false],
];

describe.each(setups)('%s', (_title, setup, hasRights) => {
  let search: SearchServer;
  let fronts: [knowing: ServedFront, ignorant: ServedFront];
  const clients: string[][] = [];

  beforeAll(async () => {
    search = await startSearchServer();
    search.answer = send(
      docs(...[...HIDDEN_NAMES, 'solo'].map((allTitle) => ({ allTitle, documentKind: 'ImageRepository' }))),
    );
    const auth = { ...setup, directory: createTemporaryDirectory() };
    const config = { search: { solrUrl: `${search.origin}/?q={0}` } };
    fronts = [
      await serveFront(ownServer, { config, auth, files: repositories }),
      await serveFront(mounted, { config, auth, files: openRepositories }),
    ];
    clients.push(...(await listClients()).map((shown) => Object.entries(shown).map((pair) => pair.join(': '))));
  });
  afterAll(() => Promise.all([search, ...fronts].map((server) => server.stop())));

  async function listClients(): Promise<Record<string, string>[]> {
    const { url } = fronts[0];
    const nobody = [
      {},
      NOBODY,
      basic('alice', 'x'),
      basic('carol', 'x'),
      bearer('x.y.z'),
      { Authorization: 'Digest x' },
    ];
    if (!setup.users) return nobody;
    const v1TokenFor = async (shown: Record<string, string>): Promise<Record<string, string>> => {
      const { headers } = await ask(url, '/v1/repositories/solo/images', shown);
      return { Authorization: headers['www-authenticate'] ?? '' };
    };
    const withTokens = async (shown: Record<string, string>): Promise<Record<string, string>[]> => [
      bearer(await askToken(url, SCOPES, shown)),
      bearer(await askToken(url, [], shown)),
      await v1TokenFor(shown),
    ];
    return [...nobody, ...(await withTokens({})), ...(hasRights ? [] : [BOB, ...(await withTokens(BOB))])];
  }

  it.each(HIDDEN_PATHS)('%s does not tell', async (path) => {
    const requests = [
      ...clients.map((lines) => formatRequest('GET', path, [`User-Agent: ${DOCKER_1_12}`, ...lines])),
      ...clients.slice(-2).map((lines) => formatRequest('HEAD', path, lines)),
      formatRequest('GET', path, [`User-Agent: ${DOCKER_1_9}`]),
      formatRequest('POST', path),
    ];
    for (const request of requests) {
      const [knowing, ignorant] = await Promise.all(fronts.map(({ url }) => exchange(url, request)));
      expect(knowing).toMatch(/^HTTP\/1\.1 (?!5)\d/);
      expect(withoutDate(knowing ?? '')).toBe(withoutDate(ignorant ?? ''));
    }
  });

  it('no page of the catalog does', async () => {
    for (const lines of clients) {
      for (let n = 0; n <= 12; n++) {
        const request = formatRequest('GET', `/v2/_catalog?n=${n}&last=demo/v1-in-five`, lines);
        const [knowing, ignorant] = await Promise.all(fronts.map(({ url }) => exchange(url, request)));
        expect(withoutDate(knowing ?? '')).toBe(withoutDate(ignorant ?? ''));
      }
    }
  });

  if (setup.users) {
    it('no token does', async () => {
      const shown = [{}, NOBODY, ...(hasRights ? [] : [BOB])];
      for (const scopes of [SCOPES, ...SCOPES.map((scope) => [scope])]) {
        for (const each of shown) {
          const [knowing, ignorant] = await Promise.all(fronts.map(({ url }) => askToken(url, scopes, each)));
          const [access, expected] = [claimsOf(knowing ?? '')['access'], claimsOf(ignorant ?? '')['access']];
          expect(access).toEqual(expected);
          expect(JSON.stringify(access)).not.toContain('secret');
        }
      }
    });
  }

  if (setup.users && JSON.stringify(setup.acl ?? 'alice').includes('alice')) {
    it('who may pull sees it on all of them', async () => {
      const { url } = fronts[0];
      const { body } = await ask(url, '/v2/_catalog', ALICE);
      expect(JSON.parse(body)).toMatchObject({ repositories: expect.arrayContaining(['secret/five']) as string[] });
      expect((await ask(url, '/v1/search?q=x', ALICE)).body).toContain('"name":"secret/v1"');
      const token = bearer(await askToken(url, SCOPES, ALICE));
      expect((await ask(url, '/v2/_catalog', token)).body).toContain('"secret/five"');
      expect(await ask(url, '/v2/secret/flat/manifests/x', token)).toMatchObject({ status: 302 });
    });
  }
});
