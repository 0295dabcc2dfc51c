/**
 * What a client may not pull looks to it as if it were not there: a davit that has it answers, byte for byte, as one that
 * has never heard of it; on every route, whatever the client shows.
 */
import { copyFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { join } from 'node:path';
import { startDavit, type Davit } from '../support/davit';
import * as site from '../support/guarded-site';
import { request, type HttpAnswer } from '../support/http';
import { createTemporaryDirectory } from '../support/temporary-directory';

const { ALICE, BOB, CLOSED, CLOSED_V1, OPEN, OPEN_V1, basicOf } = site;
type Header = [name: string, value: string];

const HIDDEN = [CLOSED, CLOSED_V1, OPEN_V1];
const SCHEMA2 = site.v2Content[CLOSED].schema2;
const [LAYER] = SCHEMA2.blobs;

const PATHS = [
  '/v2/',
  ...[...HIDDEN, `library/${CLOSED_V1}`, 'demo'].flatMap((name) => [
    ...['latest', 'nope', SCHEMA2.digest].map((reference) => `/v2/${name}/manifests/${reference}`),
    `/v2/${name}/blobs/${LAYER?.digest ?? ''}`,
    `/v2/${name}/referrers/${SCHEMA2.digest}`,
    ...['', '?n=1', '?n=0', '?n=x'].map((query) => `/v2/${name}/tags/list${query}`),
    ...['images', 'tags', 'tags/latest', 'tags/nope'].map((end) => `/v1/repositories/${name}/${end}`),
  ]),
  ...[...site.v1Content[CLOSED_V1], ...site.v1Content[OPEN_V1]].flatMap(({ id }) =>
    ['json', 'layer', 'ancestry'].map((file) => `/v1/images/${id}/${file}`),
  ),
  ...['', '?n=1', '?n=2', '?last=demo/a', `?last=${CLOSED}`].map((query) => `/v2/_catalog${query}`),
  '/v1/search?q=demo',
];

const USER_AGENTS: Header[][] = [
  [['Accept', SCHEMA2.mediaType]],
  [['User-Agent', 'docker/1.9.1 go/go1.4.2']],
  [['User-Agent', 'docker/17.03.2-ce go/go1.7.5']],
];

const names = ['demo/closed*', OPEN_V1];
const lists: [title: string, forAlice: number, rules: object[]][] = [
  [
    'hidden by rules that say so',
    200,
    [
      { who: 'user:alice', names, access: 'pull' },
      { who: 'everyone', names, access: 'none' },
      { who: 'everyone', names: '**', access: 'pull' },
    ],
  ],
  [
    'hidden because no rule opens it',
    200,
    [
      { who: 'user:alice', names, access: 'pull' },
      { who: 'everyone', names: OPEN, access: 'pull' },
    ],
  ],
  [
    'hidden from everybody',
    404,
    [
      { who: 'everyone', names: OPEN, access: 'pull' },
      { who: 'everyone', names: '**', access: 'none' },
    ],
  ],
];

describe.each(lists)('%s', (_title, forAlice, rules) => {
  let davit: Davit;
  let ignorant: Davit;
  const agent = new Agent({ keepAlive: true });

  beforeAll(async () => {
    const [folder, other] = [createTemporaryDirectory(), createTemporaryDirectory()];
    const acl = join(folder, 'acl.json');
    writeFileSync(acl, JSON.stringify({ rules }));
    const auth = { acl, ...site.writePasswords(folder) };
    davit = await startDavit({ config: { ...(await site.publishGuardedTree(folder)).config, auth } });
    const { published, config } = await site.publishGuardedTree(other);
    for (const id of HIDDEN.map((name) => name.replace('/', '-'))) {
      for (const api of ['v1', 'v2']) {
        for (const path of [`app/${id}.json`, `web/${id}`, `master/${id}`]) {
          rmSync(join(published, api, path), { recursive: true, force: true });
        }
      }
    }
    copyFileSync(join(folder, 'token-key.pem'), join(other, 'token-key.pem'));
    ignorant = await startDavit({
      config: { ...config, auth: { ...auth, token_signing_keys: join(other, 'token-key.pem') } },
    });
  });
  afterAll(async () => {
    agent.destroy();
    await davit.stop();
    await ignorant.stop();
  });

  /** All that can be seen of an answer, but for the time, the port, and what is random in tokens. */
  const tell = ({ url }: Davit, { status, rawHeaders, body }: HttpAnswer): string => {
    const headers = rawHeaders.map((word, at) => (rawHeaders[at - 1] === 'Date' ? '<date>' : word));
    return [status, ...headers, body.toString('latin1')]
      .join('\n')
      .replaceAll(new URL(url).host, '<host>')
      .replaceAll(/signature=[^,]+/g, 'signature=<signature>');
  };

  const fetchToken = async (
    { url }: Davit,
    scopes: string[],
    ...headers: Header[]
  ): Promise<{ access: unknown; header: Header }> => {
    const query = scopes.map((scope) => `&scope=${encodeURIComponent(scope)}`).join('');
    const { body } = await request(url, { path: `/token?service=davit${query}`, headers });
    const { token } = JSON.parse(body.toString()) as { token: string };
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { access: unknown };
    return { access: claims.access, header: ['Authorization', `Bearer ${token}`] };
  };
  const allScopes = [...HIDDEN, OPEN, 'demo/nothing'].map((name) => `repository:${name}:pull`);

  const clients: [title: string, show: (from: Davit) => Promise<Header[]> | Header[]][] = [
    ['nothing', () => []],
    ['an empty Basic', () => [basicOf({ user: '', password: '' })]],
    ['a wrong password', () => [basicOf({ ...BOB, password: 'x' })]],
    ['Basic of one who may not', () => [basicOf(BOB)]],
    ['a token of nobody', async (from) => [(await fetchToken(from, allScopes)).header]],
    ['a token without a scope', async (from) => [(await fetchToken(from, [], basicOf(BOB))).header]],
    ['a token of one who may not', async (from) => [(await fetchToken(from, allScopes, basicOf(BOB))).header]],
    ['an empty v1 token', () => [['Authorization', 'Token ']]],
  ];

  it.each(clients)('to one who shows %s', async (_what, show) => {
    const [ours, theirs] = [await show(davit), await show(ignorant)];
    for (const path of PATHS) {
      for (const [method, userAgents] of [
        ['GET', USER_AGENTS],
        ['HEAD', USER_AGENTS.slice(0, 1)],
      ] as const) {
        for (const userAgent of userAgents) {
          const [answer, other] = await Promise.all([
            request(davit.url, { method, path, headers: [...userAgent, ...ours], agent }),
            request(ignorant.url, { method, path, headers: [...userAgent, ...theirs], agent }),
          ]);
          const [told, expected] = [tell(davit, answer), tell(ignorant, other)];
          expect(`${method} ${path}\n${told}`).toBe(`${method} ${path}\n${expected}`);
        }
      }
    }
  });

  it.each([
    ['nobody', []],
    ['one who may not', [basicOf(BOB)]],
  ])('tokens for %s hold the same', async (_who, headers) => {
    const { access } = await fetchToken(davit, allScopes, ...headers);
    expect(access).toEqual((await fetchToken(ignorant, allScopes, ...headers)).access);
  });

  it('but it is there, for one who may', async () => {
    const { status } = await request(davit.url, { path: `/v2/${CLOSED}/tags/list`, headers: [basicOf(ALICE)] });
    expect([status, (await request(davit.url, { path: `/v2/${OPEN}/tags/list` })).status]).toEqual([forAlice, 200]);
  });
});
