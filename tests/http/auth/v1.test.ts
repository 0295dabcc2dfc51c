/**
 * v1 under access control, as docker 1.5 to 17.11 go about it: Basic once, when the images of a repository are asked for,
 * and from then on the token that comes with the answer.
 */
import { ask, jsonAnswer, redirectAnswer, specError, V1_HEADERS, type PlainAnswer } from '../answers';
import { imageIdOf, repositories, storageOf } from '../repositories';
import { serveFront, ways, withFront, type ServedFront } from '../ways';
import { ALICE, askToken, basic, bearer, BOB, NOBODY, pullScope, USERS } from './credentials';

const ACL = {
  rules: [
    { who: 'user:alice', names: 'secret/**', access: 'pull' },
    { who: 'everyone', names: 'secret/**', access: 'none' },
    { who: 'everyone', names: '**', access: 'pull' },
  ],
};
const PRIVATE = { 'cache-control': 'no-store', vary: 'Authorization' };
const TOKEN = /^signature=[\w.-]+,repository="([^"]+)",access=read$/;

const refused = (detail: Record<string, string> = {}): PlainAnswer =>
  jsonAnswer(401, specError('UNAUTHORIZED', 'authentication required', detail), {
    ...V1_HEADERS,
    ...PRIVATE,
    'www-authenticate': 'Basic realm="davit"',
  });

describe.each(ways)('$title', (way) => {
  let front: ServedFront;
  beforeAll(async () => {
    front = await serveFront(way, { files: repositories, auth: { users: USERS, acl: ACL } });
  });
  afterAll(() => front.stop());

  const imagesOf = (name: string, shown: Record<string, string> = {}) =>
    ask(front.url, `/v1/repositories/${name}/images`, { 'X-Docker-Token': 'true', ...shown });
  /** What docker sends after it has got the answer. */
  const tokenOf = ({ status, headers }: PlainAnswer): Record<string, string> => {
    expect(status).toBe(200);
    expect(headers['www-authenticate']).toBe(`Token ${headers['x-docker-token']}`);
    expect(headers['x-docker-token']).toMatch(TOKEN);
    return { Authorization: `Token ${headers['x-docker-token']}` };
  };
  const pullAll = (name: string, image: string, shown: Record<string, string>) =>
    Promise.all(
      [
        `/v1/repositories/${name}/tags`,
        `/v1/repositories/${name}/tags/latest`,
        ...['ancestry', 'json', 'layer'].map((file) => `/v1/images/${image}/${file}`),
      ].map((path) => ask(front.url, path, shown)),
    );
  const statusesOf = (answers: PlainAnswer[]): number[] => answers.map(({ status }) => status);

  it('a private pull: Basic once, then the token', async () => {
    const token = tokenOf(await imagesOf('secret/v1', ALICE));
    const answers = await pullAll('secret/v1', imageIdOf('5'), token);
    expect(statusesOf(answers)).toEqual([200, 200, 302, 302, 302]);
    for (const { headers } of answers) expect(headers).toMatchObject(PRIVATE);
    expect(answers[4]).toEqual(
      redirectAnswer(`${storageOf(1, 'secret/v1')}${imageIdOf('5')}/layer`, { ...V1_HEADERS, ...PRIVATE }),
    );
    expect(statusesOf(await pullAll('secret/v1', imageIdOf('5'), ALICE))).toEqual([200, 200, 302, 302, 302]);
  });

  it('the images come with all that the client needs, for this client only', async () => {
    const { headers } = await imagesOf('secret/v1', ALICE);
    expect(headers).toMatchObject({ ...V1_HEADERS, ...PRIVATE, 'x-docker-endpoints': new URL(front.url).host });
    expect(TOKEN.exec(headers['x-docker-token'] ?? '')?.[1]).toBe('secret/v1');
  });

  it('docker calls a name of one component library/…', async () => {
    const answer = await imagesOf('solo', ALICE);
    expect(TOKEN.exec(answer.headers['x-docker-token'] ?? '')?.[1]).toBe('library/solo');
    const token = tokenOf(answer);
    expect(await ask(front.url, '/v1/repositories/library/solo/tags/latest', token)).toMatchObject({ status: 200 });
  });

  it('a public pull, by somebody without a name', async () => {
    for (const shown of [{}, NOBODY, { Authorization: 'Token ' }]) {
      const token = tokenOf(await imagesOf('demo/v1', shown));
      for (const each of [token, shown]) {
        const answers = await pullAll('demo/v1', imageIdOf('1'), each);
        expect(statusesOf(answers)).toEqual([200, 200, 302, 302, 302]);
        for (const { headers } of answers) expect(headers).not.toHaveProperty('cache-control');
      }
    }
  });

  it('a token is for its repository', async () => {
    for (const name of ['demo/v1', 'secret/five']) {
      const token = tokenOf(await imagesOf(name, ALICE));
      expect(await ask(front.url, '/v1/repositories/secret/v1/tags', token)).toEqual(refused({ Name: 'secret/v1' }));
      expect(await ask(front.url, `/v1/images/${imageIdOf('5')}/json`, token)).toMatchObject({ status: 404 });
      expect(await ask(front.url, '/v2/secret/text/tags/list', token)).toMatchObject({ status: 401 });
    }
  });

  it('a token of a user who may not pull opens nothing', async () => {
    const token = tokenOf(await imagesOf('demo/v1', BOB));
    expect(statusesOf(await pullAll('secret/v1', imageIdOf('5'), token))).toEqual([404, 404, 404, 404, 404]);
    expect(await imagesOf('secret/v1', BOB)).toMatchObject({ status: 404 });
  });

  it('an image is served to whoever may pull any repository that has it', async () => {
    const shared = imageIdOf('e');
    for (const shown of [{}, BOB, tokenOf(await imagesOf('solo'))]) {
      const { status, headers } = await ask(front.url, `/v1/images/${shared}/json`, shown);
      expect([status, headers['location']]).toEqual([302, expect.not.stringContaining('secret')]);
    }
    expect(await ask(front.url, `/v1/images/${imageIdOf('5')}/json`)).toEqual(refused());
    expect(await ask(front.url, `/v1/images/${imageIdOf('9')}/json`)).toEqual(refused());
    expect(await ask(front.url, `/v1/images/${imageIdOf('5')}/json`, BOB)).toMatchObject({ status: 404 });
  });

  it('nobody without credentials is let in, and nobody with wrong ones', async () => {
    for (const shown of [{}, NOBODY]) {
      expect(await imagesOf('secret/v1', shown)).toEqual(refused({ Name: 'secret/v1' }));
      expect(await imagesOf('no/such', shown)).toEqual(refused({ Name: 'no/such' }));
    }
    for (const shown of [basic('alice', 'x'), { Authorization: 'Basic !' }, { Authorization: 'Token x' }]) {
      for (const name of ['secret/v1', 'demo/v1', 'no/such']) expect(await imagesOf(name, shown)).toEqual(refused());
    }
  });

  it('a token that was changed is refused, and the log says why', async () => {
    const { Authorization: token = '' } = tokenOf(await imagesOf('demo/v1', ALICE));
    const changed: [string, string][] = [
      [token.replace('demo/v1', 'secret/v1'), 'is for another repository than it says'],
      [token.replace(/signature=\d+/, 'signature=99999999999'), 'was not issued here'],
      [token.replace('access=read', 'access=write'), 'is malformed'],
      [`${token}${' '.repeat(10)}x`, 'is malformed'],
      [`Token ${'x'.repeat(5000)}`, 'is too long'],
    ];
    for (const [written, reason] of changed) {
      front.log.length = 0;
      expect(await ask(front.url, '/v1/repositories/demo/v1/tags', { Authorization: written })).toEqual(refused());
      const fields = { reason, client: '127.0.0.1' };
      expect(front.log).toEqual([{ level: 'info', message: 'v1 token refused', fields }]);
    }
  });

  it('a token of the registry API is taken, too', async () => {
    const token = bearer(await askToken(front.url, [pullScope('secret/v1')], ALICE));
    expect(statusesOf(await pullAll('secret/v1', imageIdOf('5'), token))).toEqual([200, 200, 302, 302, 302]);
  });

  it('a user that docker login would create is there already, so that docker has the password checked', async () => {
    const answer = await ask(front.url, '/v1/users/', {}, { method: 'POST', body: '{"username":"alice"}' });
    expect([answer.status, answer.body]).toEqual([400, '"Username or email already exists"']);
  });

  it.each(['/v1/users', '/v1/users/'])('%s tells right from wrong', async (path) => {
    const asked = (shown: Record<string, string>) => ask(front.url, path, shown);
    expect(await asked(ALICE)).toMatchObject({ status: 200, body: '"OK"' });
    expect(await asked(basic('alice', 'x'))).toEqual(refused());
    expect(await asked({ Authorization: 'Basic !' })).toEqual(refused());
    expect(await asked({})).toMatchObject({ status: 200 });
  });

  it('the ping is open: only the images are asked for with credentials', async () => {
    for (const shown of [{}, basic('alice', 'x')]) {
      expect(await ask(front.url, '/v1/_ping', shown)).toMatchObject({ status: 200, body: 'true' });
    }
  });

  it('a list that reveals says what is denied', async () => {
    const auth = { users: USERS, acl: { ...ACL, reveal: true } };
    await withFront(way, { files: repositories, auth }, async ({ url }) => {
      const path = '/v1/repositories/secret/v1/images';
      expect(await ask(url, path)).toEqual(refused({ Name: 'secret/v1' }));
      expect(await ask(url, path, BOB)).toMatchObject({ status: 403, headers: { ...V1_HEADERS, ...PRIVATE } });
      expect(await ask(url, '/v1/repositories/no/such/images')).toMatchObject({ status: 404 });
    });
  });

  it('where nobody can log in, no token is given', async () => {
    await withFront(way, { files: repositories, auth: { acl: ACL } }, async ({ url }) => {
      const { status, headers } = await ask(url, '/v1/repositories/demo/v1/images', ALICE);
      expect([status, headers['x-docker-token'], headers['www-authenticate']]).toEqual([200, undefined, undefined]);
    });
  });
});
