/** The token service over HTTP: what is asked for in which way, and what the token holds. */
import { createLocalJWKSet, jwtVerify, type JSONWebKeySet } from 'jose';
import { ask, jsonAnswer, specError } from '../answers';
import { repositories } from '../repositories';
import { serveFront, ways, withFront, type ServedFront } from '../ways';
import { ALICE, basic, bearer, BOB, claimsOf, NOBODY, pullScope, USERS, type TokenAnswer } from './credentials';

const ACL = {
  rules: [
    { who: 'user:alice', names: 'secret/**', access: 'pull' },
    { who: 'everyone', names: 'secret/**', access: 'none' },
    { who: 'everyone', names: '**', access: 'pull' },
  ],
};
const CATALOG = 'registry:catalog:*';
const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' };
const NOT_STORED = { 'cache-control': 'no-store' };
const REFUSED = jsonAnswer(401, specError('UNAUTHORIZED', 'authentication required', {}), {
  ...NOT_STORED,
  'www-authenticate': 'Basic realm="davit"',
});

const pull = (...names: string[]): object[] => names.map((name) => ({ type: 'repository', name, actions: ['pull'] }));
const catalog = { type: 'registry', name: 'catalog', actions: ['*'] };

describe.each(ways)('$title', (way) => {
  let front: ServedFront;
  beforeAll(async () => {
    front = await serveFront(way, { files: repositories, auth: { users: USERS, acl: ACL } });
  });
  afterAll(() => front.stop());

  const get = (query: string, shown: Record<string, string> = {}, path = '/token') =>
    ask(front.url, `${path}${query}`, shown);
  const post = (fields: [string, string][], shown: Record<string, string> = {}, path = '/token') =>
    ask(front.url, path, { ...FORM, ...shown }, { method: 'POST', body: new URLSearchParams(fields).toString() });
  const tokenOf = ({ status, body }: { status: number; body: string }): string => {
    expect(status).toBe(200);
    return (JSON.parse(body) as TokenAnswer).token;
  };
  const accessOf = (answer: { status: number; body: string }): unknown => claimsOf(tokenOf(answer))['access'];

  it('the answer has all that clients look for, and is for one only', async () => {
    const answer = await get('?service=davit&scope=repository:secret/five:pull&account=alice', ALICE);
    expect(answer).toMatchObject({ status: 200, headers: { 'content-type': 'application/json', ...NOT_STORED } });
    const { token, access_token, expires_in, issued_at, ...rest } = JSON.parse(answer.body) as TokenAnswer;
    expect([access_token, expires_in, rest]).toEqual([token, 300, {}]);
    expect(issued_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/);
    expect(claimsOf(token)).toMatchObject({ iss: 'davit', aud: 'davit', sub: 'alice', access: pull('secret/five') });
  });

  const asked: [title: string, scopes: string[], shown: Record<string, string>, access: object[]][] = [
    ['several scopes', ['secret/five', 'demo/five'].map(pullScope), ALICE, pull('secret/five', 'demo/five')],
    ['two in one parameter', [['solo', 'demo/v1'].map(pullScope).join(' ')], BOB, pull('solo', 'demo/v1')],
    ['less than asked', [pullScope('secret/five'), pullScope('solo')], BOB, pull('solo')],
    ['other actions', ['repository:solo:pull,push', 'repository:demo/five:push'], ALICE, pull('solo')],
    ['anonymous', [pullScope('secret/five'), pullScope('solo')], {}, pull('solo')],
    ['empty Basic', [pullScope('secret/five'), pullScope('solo')], NOBODY, pull('solo')],
    ['the catalog', [CATALOG], BOB, [catalog]],
    ['the catalog, anonymous', [CATALOG, pullScope('solo')], {}, [...pull('solo'), catalog]],
    ['nonsense', ['', 'x', 'repository::pull', 'repository:A:pull', 'repository:../x:pull', '%'], ALICE, []],
    ['no scope', [], ALICE, []],
    ['names of nothing', ['secret/none', 'no/such'].map(pullScope), ALICE, pull('secret/none', 'no/such')],
    ['names of nothing, where they look like hidden ones', ['secret/none'].map(pullScope), BOB, []],
    ['names of nothing, anonymous', ['secret/none', 'no/such'].map(pullScope), {}, []],
  ];
  it.each(asked)('%s', async (_title, scopes, shown, access) => {
    const query = new URLSearchParams(scopes.map((scope): [string, string] => ['scope', scope])).toString();
    const fields = scopes.map((scope): [string, string] => ['scope', scope]);
    for (const path of ['/token', '/auth']) {
      expect(accessOf(await get(`?service=davit&${query}`, shown, path))).toEqual(access);
      expect(accessOf(await post([['service', 'davit'], ...fields], shown, path))).toEqual(access);
    }
  });

  it('a form may hold user and password, which go before the header', async () => {
    const fields = (username: string, password: string): [string, string][] => [
      ['grant_type', 'password'],
      ['client_id', 'containerd-client'],
      ['scope', pullScope('secret/five')],
      ['username', username],
      ['password', password],
    ];
    expect(accessOf(await post(fields('alice', 'wonder')))).toEqual(pull('secret/five'));
    expect(accessOf(await post(fields('alice', 'wonder'), BOB))).toEqual(pull('secret/five'));
    expect(accessOf(await post(fields('', ''), ALICE))).toEqual(pull('secret/five'));
    for (const wrong of [fields('alice', 'x'), fields('', 'wonder'), fields('carol', 'wonder')]) {
      expect(await post(wrong, ALICE)).toEqual(REFUSED);
    }
  });

  it.each([
    ['a wrong password', basic('alice', 'x')],
    ['an unknown user', basic('carol', 'wonder')],
    ['malformed Basic', { Authorization: 'Basic !' }],
    ['a token that is none', bearer('x.y.z')],
    ['another scheme', { Authorization: 'Digest username="alice"' }],
  ])('%s is refused', async (_title, shown) => {
    for (const path of ['/token', '/auth']) {
      expect(await get('?scope=repository:solo:pull', shown, path)).toEqual(REFUSED);
      expect(await post([], shown, path)).toEqual(REFUSED);
      expect(await ask(front.url, path, shown, { method: 'HEAD' })).toEqual({ ...REFUSED, body: '' });
    }
  });

  it('a token buys no other token', async () => {
    for (const token of [tokenOf(await get('', ALICE)), tokenOf(await get(''))]) {
      expect(await get('?scope=repository:secret/five:pull', bearer(token))).toEqual(REFUSED);
    }
    const { headers } = await ask(front.url, '/v1/repositories/solo/images', ALICE);
    expect(await get('', { Authorization: headers['www-authenticate'] ?? '' })).toEqual(REFUSED);
  });

  it('there may be no form at all', async () => {
    expect(accessOf(await ask(front.url, '/token', ALICE, { method: 'POST' }))).toEqual([]);
  });

  it('refresh tokens are not issued', async () => {
    const refused = jsonAnswer(400, { error: 'unsupported_grant_type' }, NOT_STORED);
    expect(await post([['grant_type', 'refresh_token']], ALICE)).toEqual(refused);
    expect(JSON.parse((await get('?offline_token=true', ALICE)).body)).not.toHaveProperty('refresh_token');
  });

  it('docker login: a token without a scope, and then the ping', async () => {
    const token = tokenOf(await get('?account=alice&client_id=docker&offline_token=true&service=davit', ALICE));
    expect(await ask(front.url, '/v2/', bearer(token))).toMatchObject({
      status: 200,
      body: '{}',
      headers: { vary: 'Authorization', 'cache-control': 'no-store' },
    });
  });

  it('a token for something else leads to one that is right', async () => {
    const path = '/v2/secret/five/tags/list';
    const first = await ask(front.url, path, bearer(tokenOf(await get('?scope=repository:solo:pull', ALICE))));
    expect(first.status).toBe(401);
    const [, scope = ''] =
      /scope="([^"]*)",error="insufficient_scope"$/.exec(first.headers['www-authenticate'] ?? '') ?? [];
    const token = tokenOf(await get(`?service=davit&scope=${encodeURIComponent(scope)}`, ALICE));
    expect(await ask(front.url, path, bearer(token))).toMatchObject({ status: 200 });
    expect(await ask(front.url, '/v2/secret/none/tags/list', bearer(token))).toMatchObject({ status: 401 });
  });

  it('the keys that are published verify it', async () => {
    const { status, headers, body } = await ask(front.url, '/.well-known/jwks.json');
    expect([status, headers]).toMatchObject([200, { 'cache-control': 'public, max-age=300' }]);
    expect(body).not.toContain('"d"');
    const keys = createLocalJWKSet(JSON.parse(body) as JSONWebKeySet);
    const { payload } = await jwtVerify(tokenOf(await get('', ALICE)), keys, { issuer: 'davit', audience: 'davit' });
    expect(payload.sub).toBe('alice');
  });

  it.each([
    ['too long', FORM, `scope=${'x'.repeat(70_000)}`, 413],
    ['of a charset that nobody knows', { 'Content-Type': 'text/plain; charset=x-none' }, 'scope=a', 415],
    ['of an encoding that nobody knows', { ...FORM, 'Content-Encoding': 'x-none' }, 'scope=a', 415],
    ['not what it says', { ...FORM, 'Content-Encoding': 'gzip' }, 'scope=a', 400],
  ])('a form that is %s is the fault of who sends it', async (_title, headers, body, status) => {
    front.log.length = 0;
    const answer = await ask(front.url, '/token', headers, { method: 'POST', body });
    expect(answer).toEqual(jsonAnswer(status, { error: 'invalid_request' }, NOT_STORED));
    expect(front.log).toEqual([]);
  });

  it('other methods are not there', async () => {
    expect(await ask(front.url, '/token', ALICE, { method: 'PUT' })).toMatchObject({ status: 405 });
    expect(await ask(front.url, '/Token', ALICE)).toMatchObject({ status: 404 });
  });

  it('before the first load nobody knows what may be pulled', async () => {
    await withFront(way, { auth: { users: USERS }, isLoaded: false }, async ({ url }) => {
      expect(await ask(url, '/token?scope=repository:solo:pull', ALICE)).toMatchObject({
        status: 503,
        headers: { 'retry-after': '5', ...NOT_STORED },
      });
      expect(await ask(url, '/token', ALICE)).toMatchObject({ status: 200 });
    });
  });
});
