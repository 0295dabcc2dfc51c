/** Private content that Apache sends in the name of davit (X-Sendfile): the same headers go with it as if davit had sent it. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createPublicFolder, startApache, type Apache } from '../support/apache';
import { startDavit, type Davit } from '../support/davit';
import * as site from '../support/guarded-site';
import { request, type HttpAnswer } from '../support/http';

const { ALICE, CLOSED, OPEN, basicOf } = site;

let folder = '';
let davit: Davit;
let apache: Apache;

beforeAll(async () => {
  folder = await createPublicFolder('davit-access-x-sendfile-');
  const { published, config } = await site.publishGuardedTree(folder);
  davit = await startDavit({
    config: {
      ...config,
      serve_content: { ...config['serve_content'], use_x_sendfile: true },
      server: { trusted_proxies: '127.0.0.1' },
      auth: site.writePasswords(folder),
    },
  });
  apache = await startApache({
    defines: {
      DAVIT_BACKEND: davit.url,
      DAVIT_PUBLISHED: published,
      DAVIT_CONTENT: join(folder, 'content'),
      DAVIT_PLAIN_HTTP: true,
      DAVIT_XSENDFILE: true,
    },
  });
});
afterAll(async () => {
  await apache.stop();
  await davit.stop();
  await rm(folder, { recursive: true, force: true });
});

const ask = (path: string, ...headers: [string, string][]): Promise<HttpAnswer> =>
  request(`http://127.0.0.1:${apache.frontPort}`, { path, headers });

it.each(['manifests/latest', `manifests/${site.v2Content[CLOSED].schema2.digest}`])(
  '%s is for the one who asks, and nobody keeps it',
  async (end) => {
    const accept: [string, string] = ['Accept', site.v2Content[CLOSED].schema2.mediaType];
    const answer = await ask(`/v2/${CLOSED}/${end}`, basicOf(ALICE), accept);
    expect([answer.status, answer.body]).toEqual([200, site.v2Content[CLOSED].schema2.bytes]);
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.headers.vary).toMatch(/\bAuthorization\b/);
    expect(answer.headers).not.toHaveProperty('x-sendfile');
    const refused = await ask(`/v2/${CLOSED}/${end}`, accept);
    expect([refused.status, refused.headers['cache-control']]).toEqual([401, 'no-store']);
  },
);

it('blobs too; what is public may be kept', async () => {
  const blobOf = (name: typeof OPEN | typeof CLOSED): string =>
    `/v2/${name}/blobs/${site.v2Content[name].schema2.blobs[1]?.digest ?? ''}`;
  expect((await ask(blobOf(CLOSED), basicOf(ALICE))).headers['cache-control']).toBe('no-store');
  expect((await ask(blobOf(CLOSED))).status).toBe(401);
  const open = await ask(blobOf(OPEN));
  expect([open.status, open.headers['cache-control']]).toEqual([200, undefined]);
});

it('no path of the storage leads around davit', async () => {
  for (const path of [
    '/pulp/docker/v2/demo-closed/tags/list',
    '/v2/demo-closed/tags/list',
    '/v2/demo/closed/../closed/tags/list',
  ]) {
    expect((await ask(path)).status).toBeGreaterThanOrEqual(400);
  }
});
