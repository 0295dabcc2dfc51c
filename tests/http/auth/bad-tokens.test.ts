/**
 * Tokens that must not be accepted, each for its own reason: the client is told that it is invalid, the operator why. No
 * token reaches the log.
 */
import { createHmac, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createEcKeys, encodePart, pemOf, signByHand, type Header } from '../../access/hand-made-tokens';
import { createTemporaryDirectory } from '../../support/temporary-directory';
import { ask } from '../answers';
import { exchange, formatRequest } from '../raw-exchange';
import { repositories } from '../repositories';
import { serveFront, ways, withFront, type ServedFront } from '../ways';
import { ALICE, askToken, bearer, pullScope, USERS } from './credentials';
import { fileOf, htpasswdText } from './open-test-gate';

const PATH = '/v2/secret/five/tags/list';
const now = (): number => Math.floor(Date.now() / 1000);
const claims = (changes: Record<string, unknown> = {}): Record<string, unknown> => ({
  iss: 'davit',
  sub: 'alice',
  aud: 'davit',
  exp: now() + 300,
  nbf: now() - 10,
  access: [{ type: 'repository', name: 'secret/five', actions: ['pull'] }],
  ...changes,
});

describe.each(ways)('$title', (way) => {
  const directory = createTemporaryDirectory();
  let front: ServedFront;
  let key: KeyObject;
  let kid: string;
  beforeAll(async () => {
    front = await serveFront(way, { files: repositories, auth: { users: USERS, directory } });
    key = createPrivateKey(readFileSync(fileOf(directory, 'token-key.pem')));
    const { body } = await ask(front.url, '/.well-known/jwks.json');
    kid = (JSON.parse(body) as { keys: [{ kid: string }] }).keys[0].kid;
  });
  beforeEach(() => {
    front.log.length = 0;
  });
  afterAll(() => front.stop());

  const header = (changes: Record<string, unknown> = {}): Header => ({ typ: 'JWT', alg: 'ES256', kid, ...changes });

  const expectRefused = async (token: string, reason: RegExp): Promise<void> => {
    for (const path of [PATH, '/v2/demo/five/tags/list', '/v2/', '/v1/repositories/secret/v1/tags']) {
      front.log.length = 0;
      const { status, headers } = await ask(front.url, path, bearer(token));
      expect(status).toBe(401);
      if (path.startsWith('/v2/')) expect(headers['www-authenticate']).toMatch(/,error="invalid_token"$/);
      expect(front.log).toEqual([
        {
          level: 'info',
          message: 'token refused',
          fields: { client: '127.0.0.1', reason: expect.stringMatching(reason) as string },
        },
      ]);
      const [, , signature = token] = token.split('.');
      expect(JSON.stringify(front.log)).not.toContain(signature === '' ? token : signature);
    }
  };

  it('one that is made as ours is accepted, so what follows is refused for its one difference', async () => {
    const answer = await ask(front.url, PATH, bearer(signByHand(header(), claims(), key)));
    expect(answer.status).toBe(200);
    expect(front.log).toEqual([]);
  });

  it('unsigned', async () => {
    const unsigned = `${encodePart({ typ: 'JWT', alg: 'none' })}.${encodePart(claims())}`;
    await expectRefused(`${unsigned}.`, /^is no signed JSON Web Token$/);
    await expectRefused(`${unsigned}.AAAA`, /^uses the algorithm "none"/);
  });

  it('with the public key for a shared secret', async () => {
    const publicKey = createPublicKey(key);
    for (const secret of [pemOf(publicKey), publicKey.export({ type: 'spki', format: 'der' })]) {
      const signed = `${encodePart(header({ alg: 'HS256' }))}.${encodePart(claims())}`;
      const signature = createHmac('sha256', secret).update(signed).digest('base64url');
      await expectRefused(`${signed}.${signature}`, /^uses the algorithm "HS256"; allowed are ES256, /);
    }
  });

  it.each([
    ['expired', { exp: 1_700_000_000 }, /^expired at 2023-11-14T22:13:20/],
    ['future', { nbf: 4_000_000_000 }, /^is valid from 2096-10-02T07:06:40.* only$/],
    ['without an end', { exp: undefined }, /exp/],
    ['of another issuer', { iss: 'other' }, /^has iss "other", expected is "davit"$/],
    ['for another audience', { aud: ['other', 'x'] }, /^has aud .*other.*, expected is "davit"$/],
    ['of a user who is not there', { sub: 'carol' }, /^is of a user who was removed$/],
  ])('%s', async (_title, changes, reason) => {
    await expectRefused(signByHand(header(), claims(changes), key), reason);
  });

  it('by the key of a stranger', async () => {
    const { privateKey } = createEcKeys();
    await expectRefused(signByHand(header(), claims(), privateKey), /^has a signature that its key did not make: kid/);
    for (const name of ['../../etc/passwd', '/dev/null', 'x\r\nX: y', '\u001b[31m', '${jndi:ldap://x}']) {
      await expectRefused(
        signByHand(header({ kid: name }), claims(), privateKey),
        /^is signed by a key that is not in the keys of this token service: kid "[ -~]*"$/,
      );
    }
  });

  it('that brings its own key', async () => {
    const { privateKey, publicKey } = createEcKeys();
    const jwk = publicKey.export({ format: 'jwk' });
    for (const own of [{ jwk }, { jwk, kid: undefined }, { x5c: ['x'] }, { x5c: [] }]) {
      await expectRefused(
        signByHand(header(own), claims(), privateKey),
        /^(is signed by a key that is not|has an x5c)/,
      );
    }
  });

  it('that is too long to be read, or for a request', async () => {
    await expectRefused(`${encodePart(header())}.${'A'.repeat(14_000)}.AAAA`, /^/);
    for (const length of [20_000, 1_000_000]) {
      const answer = await exchange(
        front.url,
        formatRequest('GET', PATH, [`Authorization: Bearer ${'A'.repeat(length)}`]),
      );
      expect(answer).toMatch(/^HTTP\/1\.1 431 /);
    }
    expect(await ask(front.url, PATH, ALICE)).toMatchObject({ status: 200 });
  });

  it('the log names who sent it, if the proxy is trusted that says so', async () => {
    const shown = { ...bearer('x'), 'X-Forwarded-For': '192.0.2.7' };
    for (const [trustedProxies, client] of [
      [[], '127.0.0.1'],
      [['127.0.0.1/32'], '192.0.2.7'],
    ] as const) {
      const config = { server: { trustedProxies: [...trustedProxies] } };
      await withFront(way, { config, auth: { users: USERS } }, async ({ url, log }) => {
        await ask(url, '/v2/', shown);
        expect(log).toMatchObject([{ fields: { client } }]);
      });
    }
  });

  it('ends with its user, without a new start', async () => {
    const own = createTemporaryDirectory();
    await withFront(
      way,
      { files: repositories, auth: { users: USERS, directory: own } },
      async ({ url, access, log }) => {
        const token = await askToken(url, [pullScope('secret/five')], ALICE);
        const { headers } = await ask(url, '/v1/repositories/secret/v1/images', ALICE);
        const v1Token = { Authorization: headers['www-authenticate'] ?? '' };
        const asked = () =>
          Promise.all([
            ask(url, PATH, ALICE),
            ask(url, PATH, bearer(token)),
            ask(url, '/v1/repositories/secret/v1/tags', v1Token),
          ]);
        expect((await asked()).map(({ status }) => status)).toEqual([200, 200, 200]);

        const { bob } = USERS;
        writeFileSync(fileOf(own, 'users'), htpasswdText({ bob }));
        await access?.reload();
        expect((await asked()).map(({ status }) => status)).toEqual([401, 401, 401]);
        expect(log.map(({ message, fields }) => [message, fields['reason']]).sort()).toEqual([
          ['a file of [auth] was read again', undefined],
          ['password refused', undefined],
          ['token refused', 'is of a user who was removed'],
          ['v1 token refused', 'is of a user who was removed'],
        ]);
      },
    );
  });
});
