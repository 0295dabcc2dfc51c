/** `[cdn]`: redirects that are rewritten, and signed with Akamai tokens. The tokens were computed with openssl. */
import { createHmac } from 'node:crypto';
import type { Config } from '../../app/config/config';
import { ask } from './answers';
import type { RedirectDocument } from './front';
import { IMAGE, imageIdOf, SCHEMA2_TYPE, UNLISTED } from './repositories';
import { ways, withFront } from './ways';

const NOW_SECONDS = 1524660354;
const EXPIRY = 'exp=1524660654';
const TOKEN = { secretHex: '00ffa1b2', parameter: '_auth_', ttlSeconds: 300, algorithm: 'sha256' } as const;

const files: RedirectDocument[] = [
  {
    version: 5,
    'repo-registry-id': 'x',
    url: 'https://static.example.com/a/b/',
    manifest_list_data: [],
    manifest_list_amd64_tags: {},
    schema2_data: ['only2', IMAGE],
    schema1_data: [],
  },
  { version: 2, 'repo-registry-id': 'query', url: 'https://static.example.com:8443/a b/?k=1&l=2' },
  { version: 2, 'repo-registry-id': 'asking', url: 'https://static.example.com/q?k=a?b' },
  {
    version: 1,
    'repo-registry-id': 'x',
    url: 'https://static.example.com/a/b/',
    images: [{ id: imageIdOf('1') }],
    tags: {},
  },
];

describe.each(ways)('$title', (way) => {
  const locate = async (cdn: Config['cdn'], path: string, nowSeconds = () => NOW_SECONDS) =>
    withFront(way, { files, config: { cdn }, nowSeconds }, async ({ url }) => {
      const { status, headers } = await ask(url, path, { Accept: SCHEMA2_TYPE });
      expect(status).toBe(302);
      return headers['location'];
    });

  it.each([
    ['sha256', 'd87aa5d4f274e5baeac8bcf7a29c24250a2b766aec23af7249bc21e724f360d8'],
    ['sha1', 'ae82eab5c61bba13e901a5db63b46273e8114617'],
    ['md5', 'f2e269fa280121081f396a907d1f5ee4'],
  ] as const)('signs with %s', async (algorithm, hmac) => {
    expect(await locate({ token: { ...TOKEN, algorithm } }, '/v2/x/manifests/only2')).toBe(
      `https://static.example.com/a/b/manifests/2/only2?_auth_=${EXPIRY}~hmac=${hmac}`,
    );
  });

  it('signs the path alone, as it is written, and puts the token after a query', async () => {
    const hmac = '5834ec788ba12d14c4801ac0bf4eea1242a4830e1f6a51b76fba0f2397658cf2';
    expect(await locate({ token: { ...TOKEN, parameter: 'hdnts' } }, `/v2/query/blobs/${UNLISTED}`)).toBe(
      `https://static.example.com:8443/a%20b/blobs/${UNLISTED}?k=1&l=2&hdnts=${EXPIRY}~hmac=${hmac}`,
    );
  });

  it('keeps a question mark in a query', async () => {
    const location = await locate({ token: TOKEN }, '/v2/asking/manifests/x');
    expect(location).toMatch(/^https:\/\/static\.example\.com\/q\/manifests\/x\?k=a\?b&_auth_=exp=/);
  });

  it('signs for as long as configured, from the moment of asking', async () => {
    const times = [1000, 2000];
    const token = { ...TOKEN, ttlSeconds: 60 };
    await withFront(
      way,
      { files, config: { cdn: { token } }, nowSeconds: () => times.shift() ?? 0 },
      async ({ url }) => {
        for (const expiry of [1060, 2060]) {
          const { headers } = await ask(url, '/v2/query/tags/list');
          expect(headers['location']).toContain(`&_auth_=exp=${expiry}~hmac=`);
        }
      },
    );
  });

  it('rewrites plain text, wherever it stands', async () => {
    const rewrite = { match: 'static.example.com/a', replacement: 'cdn.example.com/$&/$$1' };
    expect(await locate({ rewrite }, '/v2/x/manifests/only2')).toBe(
      'https://cdn.example.com/$&/$$1/b/manifests/2/only2',
    );
    expect(await locate({ rewrite: { match: 'nowhere', replacement: 'x' } }, '/v2/x/manifests/only2')).toBe(
      'https://static.example.com/a/b/manifests/2/only2',
    );
    expect(await locate({ rewrite: { match: '/', replacement: '/' } }, '/v2/query/manifests/y')).toBe(
      'https://static.example.com:8443/a%20b/manifests/y?k=1&l=2',
    );
  });

  it('signs what was rewritten', async () => {
    const rewrite = { match: 'https://static.example.com/a/', replacement: 'https://cdn.example.com/z/' };
    const hmac = createHmac('sha256', Buffer.from('00ffa1b2', 'hex'))
      .update(`${EXPIRY}~url=/z/b/manifests/2/${IMAGE}`)
      .digest('hex');
    expect(await locate({ rewrite, token: TOKEN }, `/v2/x/manifests/${IMAGE}`)).toBe(
      `https://cdn.example.com/z/b/manifests/2/${IMAGE}?_auth_=${EXPIRY}~hmac=${hmac}`,
    );
  });

  it('leaves v1 as it is, as Crane does', async () => {
    const rewrite = { match: 'static', replacement: 'cdn' };
    expect(await locate({ rewrite, token: TOKEN }, `/v1/images/${imageIdOf('1')}/layer`)).toBe(
      `https://static.example.com/a/b/${imageIdOf('1')}/layer`,
    );
  });

  it('signs where a tree that should be here is not', async () => {
    const serveContent = { isEnabled: true, usesXSendfile: false, contentDirV2: '/nonexistent' };
    const config = { cdn: { token: TOKEN }, serveContent };
    await withFront(way, { files, config, nowSeconds: () => NOW_SECONDS }, async ({ url }) => {
      const { headers } = await ask(url, '/v2/x/manifests/only2', { Accept: SCHEMA2_TYPE });
      expect(headers['location']).toContain(`?_auth_=${EXPIRY}~hmac=`);
    });
  });
});
