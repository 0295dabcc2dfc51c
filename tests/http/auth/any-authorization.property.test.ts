/**
 * Whatever somebody writes into the headers that say who he is, who has no password: no fault, no crash, and nothing
 * private. Requests go over bare sockets, so that nothing tidies them up.
 */
import fc from 'fast-check';
import { ask } from '../answers';
import { anyOf } from '../any-request';
import { exchange, formatRequest } from '../raw-exchange';
import { IMAGE, imageIdOf, repositories } from '../repositories';
import { expectSound, NO_REQUEST, parseAnswer, type Answer } from '../sound-answer';
import { ownServer, serveFront, type ServedFront } from '../ways';
import { ALICE, askToken, claimsOf, pullScope, USERS } from './credentials';

const PREFIXES = ['https://static.example.com/v2/demo/', 'https://static.example.com/v1/'];

let front: ServedFront;
let aliceToken: string;
let aliceV1Token: string;
beforeAll(async () => {
  const config = { server: { trustedProxies: ['127.0.0.1/32'], operators: [] } };
  const auth = { users: USERS, certificateHeader: 'client-cert' } as const;
  front = await serveFront(ownServer, { files: repositories, config, auth });
  aliceToken = await askToken(front.url, [pullScope('secret/five')], ALICE);
  const { headers } = await ask(front.url, '/v1/repositories/secret/v1/images', ALICE);
  aliceV1Token = headers['x-docker-token'] ?? '';
});
afterAll(() => front.stop());

const headerText = (maxLength: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code)), maxLength });
const base64 = fc.string({ unit: 'binary' }).map((text) => Buffer.from(text).toString('base64'));
const wrongPassword = fc
  .tuple(anyOf('alice', 'Alice', 'alice ', 'carol', '', '__proto__', 'constructor'), headerText(8))
  .filter(([user, password]) => !(user === 'alice' && password === USERS.alice))
  .map((words) => Buffer.from(words.join(':')).toString('base64'));

/** A right token with one place of it changed, which must make it wrong. */
const damaged = (token: () => string): fc.Arbitrary<string> =>
  fc
    .tuple(fc.nat(), fc.string({ unit: anyOf('a', 'A', '0', '_', '-', '.', '=', ',', '"', '{', ' '), maxLength: 2 }))
    .map(([place, text]) => {
      const [good, at] = [token(), place % token().length];
      return good.slice(0, at) + text + good.slice(at + 1);
    })
    .filter((changed) => changed.trim() !== token());

const scheme = anyOf('Basic', 'basic', 'BASIC', 'Bearer', 'bearer', 'Token', 'TOKEN', 'Negotiate', 'Digest', '', '=');
const credentials = fc.oneof(
  headerText(40),
  base64,
  wrongPassword,
  damaged(() => aliceToken),
  damaged(() => aliceV1Token),
);
const authorization = fc.oneof(
  { arbitrary: fc.tuple(scheme, anyOf(' ', '', '  ', '\t'), credentials).map((parts) => parts.join('')), weight: 5 },
  { arbitrary: anyOf('Basic Og==', 'Token', 'Token '), weight: 1 },
);
const certificate = fc.oneof(
  headerText(30),
  base64.map((text) => `:${text}:`),
);
const path = anyOf(
  ...['/v2/', '/v2/_catalog', '/v2/secret/five/tags/list', '/v2/secret/five/manifests/old', '/token', '/auth'],
  ...[
    `/v2/secret/five/blobs/${IMAGE}`,
    '/v2/secret/flat/manifests/x',
    '/v2/demo/five/manifests/only1',
    '/v2/no/such/x',
  ],
  ...['/v1/repositories/secret/v1/images', '/v1/repositories/secret/v1/tags', `/v1/images/${imageIdOf('5')}/layer`],
  ...['/v1/users/', '/v1/search?q=x', '/v1/repositories/demo/v1/images', '/token?scope=repository:secret/five:pull'],
);

function expectClosed({ status, headers, body }: Answer): void {
  if (status === 200) expect(body).not.toContain('secret/');
  if (status === 401) expect(headers.get('cache-control')).toBe('no-store');
  const [, token] = /"token":"([^"]+)"/.exec(body) ?? [];
  if (token !== undefined) expect(claimsOf(token)).toMatchObject({ sub: '', access: [] });
}

it('has a sound answer, and opens nothing', async () => {
  const statuses = new Set<number>();
  await fc.assert(
    fc.asyncProperty(
      path,
      anyOf('GET', 'HEAD', 'POST'),
      fc.array(authorization, { maxLength: 2 }),
      fc.option(certificate, { nil: undefined }),
      async (asked, method, shown, shownCertificate) => {
        const lines = shown.map((value) => `Authorization: ${value}`);
        if (shownCertificate !== undefined) lines.push(`Client-Cert: ${shownCertificate}`);
        const text = await exchange(front.url, formatRequest(method, asked, lines));
        if (NO_REQUEST.test(text)) return;
        const answer = parseAnswer(text);
        statuses.add(answer.status);
        expect(answer.status).toBeLessThan(500);
        expectSound(answer, { method, path: asked }, PREFIXES);
        expectClosed(answer);
      },
    ),
    { numRuns: 1500 },
  );
  // The property means something only when it has met all kinds of answers.
  expect([200, 302, 401, 404, 405].filter((status) => !statuses.has(status))).toEqual([]);
  expect(front.log.filter(({ level }) => level === 'error')).toEqual([]);
  const logged = JSON.stringify(front.log);
  for (const secret of [aliceToken, aliceV1Token, USERS.alice]) expect(logged).not.toContain(secret);
});
