/** Entitlement certificates: what they cover may be pulled, if a trusted proxy says so, with credentials and without. */
import { createCertificate, version1 } from '../../access/entitlement/certificates';
import { ask } from '../answers';
import { repositories } from '../repositories';
import { ways, withFront, type ServedFront } from '../ways';
import { askToken, BOB, bearer, claimsOf, pullScope, USERS } from './credentials';
import type { AuthSetup } from './open-test-gate';

const PATH = '/v2/secret/five/tags/list';
const PRIVATE = { 'cache-control': 'no-store', vary: 'Authorization' };
let covering: Record<string, string>;
let other: Record<string, string>;

const shownFor = async (url: string): Promise<Record<string, string>> => {
  const der = await createCertificate(version1([url]));
  return { 'Client-Cert': `:${der.toString('base64')}:` };
};

beforeAll(async () => {
  covering = await shownFor('/v2/secret/five');
  other = await shownFor('/v2/other');
});

describe.each(ways)('$title', (way) => {
  const withProxy = <T>(auth: AuthSetup, use: (front: ServedFront) => Promise<T>, isTrusted = true): Promise<T> => {
    const config = { server: { trustedProxies: isTrusted ? ['127.0.0.1/32'] : [] } };
    return withFront(way, { files: repositories, config, auth: { certificateHeader: 'client-cert', ...auth } }, use);
  };

  it('is all that is needed, and hides the rest', async () => {
    await withProxy({}, async ({ url }) => {
      expect(await ask(url, PATH, covering)).toMatchObject({ status: 200, headers: PRIVATE });
      expect((await ask(url, '/v2/_catalog', covering)).body).toContain('"secret/five"');
      for (const shown of [
        {},
        other,
        { 'Client-Cert': ':AAAA:' },
        { 'X-SSL-Client-Cert': covering['Client-Cert'] ?? '' },
      ]) {
        expect(await ask(url, PATH, shown)).toMatchObject({ status: 404, headers: PRIVATE });
      }
      expect(await ask(url, '/v2/secret/text/tags/list', covering)).toMatchObject({ status: 404 });
    });
  });

  it('anybody can write a header: only a trusted proxy is believed', async () => {
    await withProxy(
      {},
      async ({ url }) => expect(await ask(url, PATH, covering)).toMatchObject({ status: 404 }),
      false,
    );
  });

  it('two of them are none', async () => {
    await withProxy({}, async ({ url }) => {
      const twice = { ...other, 'client-cert': covering['Client-Cert'] ?? '' };
      expect(await ask(url, PATH, twice)).toMatchObject({ status: 404 });
    });
  });

  it('goes with a user, with a token, and into a token', async () => {
    const rules = [
      { who: 'certificate', names: 'secret/**', access: 'pull' },
      { who: 'everyone', names: 'secret/**', access: 'none' },
      { who: 'everyone', names: '**', access: 'pull' },
    ];
    await withProxy({ users: USERS, acl: { rules } }, async ({ url }) => {
      expect(await ask(url, PATH, BOB)).toMatchObject({ status: 404 });
      const anonymousToken = bearer(await askToken(url, []));
      for (const shown of [{}, BOB, anonymousToken]) {
        expect(await ask(url, PATH, { ...covering, ...shown })).toMatchObject({ status: 200, headers: PRIVATE });
      }
      const token = await askToken(url, [pullScope('secret/five'), pullScope('secret/text')], covering);
      expect(claimsOf(token)['access']).toEqual([{ type: 'repository', name: 'secret/five', actions: ['pull'] }]);
      // The certificate was for the token only: whoever has it without one may not pull.
      expect(await ask(url, PATH, bearer(token))).toMatchObject({ status: 401 });
      const form = new URLSearchParams({ username: 'bob', password: USERS.bob, scope: pullScope('secret/five') });
      const answer = await ask(url, '/token', covering, { method: 'POST', body: form.toString() });
      expect(claimsOf((JSON.parse(answer.body) as { token: string }).token)['access']).toHaveLength(1);
    });
  });
});
