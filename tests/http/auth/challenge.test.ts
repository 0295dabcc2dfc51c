/** What a client is told that has shown too little: exactly one challenge, in the very bytes that clients can read. */
import type { IncomingMessage } from 'node:http';
import { createFormatChallenge } from '../../../app/http/auth/challenge';
import { OPEN_GATE, type Gate } from '../../../app/http/auth/gate';
import { createEcKeys, pemOf } from '../../access/hand-made-tokens';
import { request } from '../../support/http';
import { ask, jsonAnswer, specError, VERSION_HEADER } from '../answers';
import type { TestFrontOptions } from '../front';
import { exchange } from '../raw-exchange';
import { IMAGE, repositories } from '../repositories';
import { ways, withFront } from '../ways';
import { askToken, basic, bearer, NOBODY, pullScope, USERS } from './credentials';

const HOST = { Host: 'registry.example.com' };
const REALM = 'realm="http://registry.example.com/token"';
const SECRET = '/v2/secret/five/manifests/latest';
const PRIVATE = { vary: 'Authorization', 'cache-control': 'no-store' };

const demand = (challenge: string, detail: Record<string, string> = {}) =>
  jsonAnswer(401, specError('UNAUTHORIZED', 'authentication required', detail), {
    ...VERSION_HEADER,
    ...PRIVATE,
    'www-authenticate': challenge,
  });

describe.each(ways)('$title', (way) => {
  const withGate = <T>(
    { auth, config }: Pick<TestFrontOptions, 'auth' | 'config'>,
    use: (url: string) => Promise<T>,
  ): Promise<T> =>
    withFront(way, { files: repositories, auth: { users: USERS, ...auth }, ...(config && { config }) }, ({ url }) =>
      use(url),
    );

  it('the ping demands credentials, of nobody in particular', async () => {
    await withGate({}, async (url) => {
      for (const shown of [{}, NOBODY, { Authorization: 'Token' }]) {
        expect(await ask(url, '/v2/', { ...HOST, ...shown })).toEqual(demand(`Bearer ${REALM},service="davit"`));
      }
    });
  });

  it('there is one line of it', async () => {
    await withGate({}, async (url) => {
      const { rawHeaders } = await request(url, { path: '/v2/' });
      expect(rawHeaders.filter((line) => line.toLowerCase() === 'www-authenticate')).toHaveLength(1);
    });
  });

  it('a name is told as the scope, whether it is there or not', async () => {
    await withGate({}, async (url) => {
      for (const name of ['secret/five', 'no/such']) {
        for (const path of ['manifests/latest', `blobs/${IMAGE}`, 'tags/list', `referrers/${IMAGE}`]) {
          expect(await ask(url, `/v2/${name}/${path}`, HOST)).toEqual(
            demand(`Bearer ${REALM},service="davit",scope="repository:${name}:pull"`, { Name: name }),
          );
        }
      }
    });
  });

  it('a token that is none is told to be invalid, on names that everybody may pull too', async () => {
    await withGate({}, async (url) => {
      for (const name of ['secret/five', 'demo/five', 'no/such']) {
        expect(await ask(url, `/v2/${name}/manifests/latest`, { ...HOST, ...bearer('x.y.z') })).toEqual(
          demand(`Bearer ${REALM},service="davit",scope="repository:${name}:pull",error="invalid_token"`, {
            Name: name,
          }),
        );
      }
      expect(await ask(url, '/v2/', { ...HOST, ...bearer('x') })).toEqual(
        demand(`Bearer ${REALM},service="davit",error="invalid_token"`),
      );
    });
  });

  it('a token for something else is told to be insufficient', async () => {
    await withGate({}, async (url) => {
      const token = await askToken(url, [pullScope('demo/five')]);
      expect(await ask(url, SECRET, { ...HOST, ...bearer(token) })).toEqual(
        demand(`Bearer ${REALM},service="davit",scope="repository:secret/five:pull",error="insufficient_scope"`, {
          Name: 'secret/five',
        }),
      );
    });
  });

  it('a wrong password is told nothing more than no password', async () => {
    await withGate({}, async (url) => {
      expect(await ask(url, SECRET, { ...HOST, ...basic('alice', 'x') })).toEqual(await ask(url, SECRET, HOST));
    });
  });

  it('HEAD is told the same, without the body', async () => {
    await withGate({}, async (url) => {
      const asked = await ask(url, SECRET, HOST);
      expect(await ask(url, SECRET, HOST, { method: 'HEAD' })).toEqual({ ...asked, body: '' });
    });
  });

  const realms: [headers: Record<string, string>, trustedProxies: string[], realm: string][] = [
    [{ Host: 'a.example.com:5000' }, [], 'http://a.example.com:5000/token'],
    [{ Host: 'a', 'X-Forwarded-Host': 'b', 'X-Forwarded-Proto': 'https' }, [], 'http://a/token'],
    [{ Host: 'a', 'X-Forwarded-Host': 'b', 'X-Forwarded-Proto': 'https' }, ['127.0.0.1/32'], 'https://b/token'],
    [{ Host: 'a', 'X-Forwarded-Proto': 'https' }, ['127.0.0.1/32'], 'https://a/token'],
    [{ Host: 'a', Forwarded: 'proto=https;host="b:8443"' }, ['127.0.0.1/32'], 'https://b:8443/token'],
    [{ Host: 'a', Forwarded: 'proto=https;host=b' }, [], 'http://a/token'],
  ];
  it.each(realms)('%j, proxies %j: %s', async (headers, trustedProxies, realm) => {
    await withGate({ config: { server: { trustedProxies } } }, async (url) => {
      expect(await ask(url, '/v2/', headers)).toEqual(demand(`Bearer realm="${realm}",service="davit"`));
    });
  });

  it('whoever does not say what it has asked is sent to where the connection ends', async () => {
    await withGate({}, async (url) => {
      for (const lines of ['GET /v2/ HTTP/1.0', 'GET /v2/ HTTP/1.1\r\nConnection: close\r\nHost: "]\\']) {
        const answer = await exchange(url, `${lines}\r\n\r\n`);
        expect(answer).toContain(`\r\nWWW-Authenticate: Bearer realm="${url}/token",service="davit"\r\n`);
      }
    });
  });

  it('is of the service that the configuration names', async () => {
    await withGate({ auth: { token: { service: 'Our registry' } } }, async (url) => {
      expect(await ask(url, '/v2/', HOST)).toEqual(demand(`Bearer ${REALM},service="Our registry"`));
    });
  });

  it('leads to the token service of somebody else, whoever asks where', async () => {
    const realm = 'https://auth.example.com/jwt?account=x';
    const external = { realm, keys: pemOf(createEcKeys().publicKey) };
    for (const users of [USERS, undefined]) {
      await withFront(way, { files: repositories, auth: { ...(users && { users }), external } }, async ({ url }) => {
        expect(await ask(url, SECRET, HOST)).toEqual(
          demand(`Bearer realm="${realm}",service="davit",scope="repository:secret/five:pull"`, {
            Name: 'secret/five',
          }),
        );
        expect(await ask(url, '/token')).toMatchObject({ status: 404 });
      });
    }
  });

  it.each([
    ['a list alone', { acl: { rules: [{ who: 'everyone', names: 'open/**', access: 'pull' }] } }],
    ['certificates alone', { certificateHeader: 'x-ssl-client-cert' }],
  ] as const)('nobody is asked for what nobody has: %s', async (_title, auth) => {
    await withFront(way, { files: repositories, auth }, async ({ url }) => {
      expect(await ask(url, '/v2/')).toEqual(jsonAnswer(200, {}, VERSION_HEADER));
      for (const path of [SECRET, '/v1/repositories/secret/v1/images']) {
        for (const shown of [{}, basic('alice', 'x'), bearer('x.y.z')]) {
          const { status, headers } = await ask(url, path, shown);
          expect([status, headers['www-authenticate']]).toEqual([404, undefined]);
        }
      }
      expect(await ask(url, '/token')).toMatchObject({ status: 404 });
    });
  });

  it('with nothing configured nothing is private', async () => {
    await withFront(way, { files: repositories }, async ({ url }) => {
      for (const path of ['/v2/', '/v2/_catalog', SECRET, '/v2/demo/five/manifests/latest']) {
        const { headers } = await ask(url, path, bearer('x'));
        expect(headers['vary'] ?? '').not.toContain('Authorization');
        expect(headers).not.toHaveProperty('cache-control');
      }
    });
  });
});

it('an IPv6 address stands in brackets', () => {
  const format = createFormatChallenge({ ...OPEN_GATE, service: 'davit', realm: undefined }, () => false);
  const gate: Gate = { ...OPEN_GATE, service: 'davit', tokenService: { sign: jest.fn(), describeKeys: jest.fn() } };
  const request = { headers: {}, socket: { localAddress: '::1', localPort: 5000 } } as unknown as IncomingMessage;
  const challenge = createFormatChallenge(gate, () => false)(request, {}, 'v2');
  expect(challenge).toBe('Bearer realm="http://[::1]:5000/token",service="davit"');
  // Where there is no token service, only Basic is left.
  expect(format(request, { name: 'a/b' }, 'v2')).toBe('Basic realm="davit"');
});
