/**
 * docs/apache/davit-front.conf and davit-xsendfile.conf in a real Apache: what reaches davit and how, what never does,
 * and which files it sends in davit's name. davit itself is a stand-in that tells what it was asked.
 */
import { spawnSync } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createPublicFolder, startApache, type Apache } from '../support/apache';
import { createCertificate } from '../support/certificate';
import { createGuessableTree, digest, type Tree } from '../support/guessable-tree';
import { request, type HttpAnswer } from '../support/http';
import { errorCodesOf, jsonOf } from '../support/spec-error';
import { standInETag, standInType, startStandIn, type StandIn } from '../support/stand-in';

type Header = [name: string, value: string];

let folder = '';
let tree: Tree;
let standIn: StandIn;

beforeAll(async () => {
  folder = await createPublicFolder('davit-apache-front-');
  tree = await createGuessableTree(folder);
  standIn = await startStandIn();
});
afterAll(async () => {
  await standIn.stop();
  await rm(folder, { recursive: true, force: true });
});

const definePaths = (): Record<string, string> => ({
  DAVIT_PUBLISHED: tree.published,
  DAVIT_CONTENT: tree.content,
  DAVIT_BACKEND: standIn.url,
});

const headersSeen = (answer: HttpAnswer): Record<string, string> =>
  (jsonOf(answer) as { headers: Record<string, string> }).headers;

describe('over http', () => {
  let apache: Apache;
  const ask = (path: string, headers: Header[] = [], method = 'GET'): Promise<HttpAnswer> =>
    request(`http://127.0.0.1:${apache.frontPort}`, { path, headers, method });

  beforeAll(async () => {
    apache = await startApache({ defines: { ...definePaths(), DAVIT_PLAIN_HTTP: true, DAVIT_XSENDFILE: true } });
  });
  afterAll(() => apache.stop());

  it.each([
    '/v2/a%2Fb/manifests/x?ns=y%2Fz',
    '/v2/a//b/./c/../d/%2e%2e/tags/list',
    '/v2/%E4%B8%AD/manifests/x%20y',
    '/v2/a/manifests/%252F',
    '/v2/a/manifests/x%3Fy%23z',
  ])('davit sees the path as it was written: %s', async (path) => {
    expect(jsonOf(await ask(path))).toMatchObject({ url: path });
  });

  it('davit sees the host, the client, and no Forwarded of the client', async () => {
    const seen = headersSeen(
      await ask('/', [
        ['Host', 'registry.example.com:8443'],
        ['Forwarded', 'for=10.0.0.1'],
      ]),
    );
    expect(seen).toMatchObject({ host: 'registry.example.com:8443', 'x-forwarded-for': '127.0.0.1' });
    expect(seen).not.toHaveProperty('forwarded');
  });

  it("davit's own errors pass unchanged", async () => {
    const answer = await ask('/v2/missing/manifests/x');
    expect([answer.status, jsonOf(answer)]).toEqual([404, { errors: [{ code: 'FROM_DAVIT' }] }]);
  });

  it.each([
    ['a broken escape', '/v2/a/%zz', 400, 'UNSUPPORTED'],
    ['a path above the root', '/../v2/', 400, 'UNSUPPORTED'],
    ['a NUL', '/v2/a/manifests/%00', 404, 'MANIFEST_UNKNOWN'],
    ['an endless path', `/v2/${'a'.repeat(9000)}`, 414, 'UNSUPPORTED'],
  ])('what Apache refuses by itself is JSON too: %s', async (_name, path, status, code) => {
    const answer = await ask(path);
    expect([answer.status, answer.headers['content-type']]).toEqual([status, 'application/json']);
    expect(errorCodesOf(answer)).toEqual([code]);
  });

  it('503 in JSON while davit is away, and served again as soon as it is back', async () => {
    await standIn.stop();
    const answer = await ask('/v2/a/manifests/x');
    expect(answer.status).toBe(503);
    expect(answer.headers).toMatchObject({
      'retry-after': '5',
      'content-type': 'application/json',
      'docker-distribution-api-version': 'registry/2.0',
    });
    expect(errorCodesOf(answer)).toEqual(['UNAVAILABLE']);
    // Each of Apache's processes remembers for itself that davit was away.
    const askAll = (): Promise<number[]> =>
      Promise.all(Array.from({ length: 40 }, async () => (await ask('/')).status));
    expect(new Set(await askAll())).toEqual(new Set([503]));
    await standIn.startAgain();
    expect(new Set(await askAll())).toEqual(new Set([200]));
  });

  describe('X-Sendfile', () => {
    const send = (file: string, headers: Header[] = [], method = 'GET'): Promise<HttpAnswer> =>
      ask('/v2/r/manifests/latest', [['X-Test-File', file], ...headers], method);
    const published = (path: string): string => join(tree.published, 'v2/web/r', path);
    const content = (path: string): string => `v2/master/r/1/${path}`;

    it('sends the file behind the links with the type that davit gave', async () => {
      const answer = await send(published('tags/list'));
      expect([answer.status, answer.body.toString()]).toEqual([200, content('tags/list')]);
      expect(answer.headers).toMatchObject({ 'content-type': standInType, etag: standInETag });
      expect(answer.headers).not.toHaveProperty('x-sendfile');
    });

    it('sends from the content store itself', async () => {
      const answer = await send(join(tree.content, content('tags/list').replaceAll('/', '_')));
      expect([answer.status, answer.body.toString()]).toEqual([200, content('tags/list')]);
    });

    it('answers HEAD with the length of the file', async () => {
      const answer = await send(published('tags/list'), [], 'HEAD');
      expect([answer.status, answer.headers['content-length'], answer.body.length]).toEqual([200, '23', 0]);
    });

    it('answers a range, and 304 when davit gave the same ETag before', async () => {
      const part = await send(published('tags/list'), [['Range', 'bytes=3-8']]);
      expect([part.status, part.body.toString(), part.headers['content-range']]).toEqual([
        206,
        'master',
        'bytes 3-8/23',
      ]);
      expect((await send(published('tags/list'), [['If-None-Match', standInETag]])).status).toBe(304);
    });

    it('makes up no ETag of its own', async () => {
      const answer = await send(published('tags/list'), [['X-Test-ETag', 'none']]);
      expect([answer.status, answer.headers.etag]).toEqual([200, undefined]);
    });

    it('never sends a file from elsewhere', async () => {
      for (const file of ['/etc/passwd', `${tree.published}/../../../../etc/passwd`]) {
        const answer = await send(file);
        expect([answer.status, errorCodesOf(answer)]).toEqual([404, ['MANIFEST_UNKNOWN']]);
      }
    });

    it('says so in JSON when the file went away meanwhile', async () => {
      const file: Header = ['X-Test-File', published('blobs/gone')];
      const answer = await ask(`/v2/r/blobs/${digest}`, [file]);
      expect([answer.status, errorCodesOf(answer)]).toEqual([404, ['BLOB_UNKNOWN']]);
    });
  });
});

describe('over https, with passwords, and operators elsewhere', () => {
  let apache: Apache;
  const ask = (path: string, headers: Header[] = []): Promise<HttpAnswer> =>
    request(`https://127.0.0.1:${apache.frontPort}`, { path, headers });
  const credentials: Header = ['Authorization', `Basic ${Buffer.from('ann:secret').toString('base64')}`];

  beforeAll(async () => {
    const { certificateFile, keyFile } = await createCertificate(folder);
    const passwords = join(folder, 'passwords');
    const { stdout } = spawnSync('openssl', ['passwd', '-apr1', 'secret'], { encoding: 'utf8' });
    await writeFile(passwords, `ann:${stdout}`);
    apache = await startApache({
      defines: {
        ...definePaths(),
        DAVIT_CERTIFICATE: certificateFile,
        DAVIT_CERTIFICATE_KEY: keyFile,
        DAVIT_PASSWORDS: passwords,
        DAVIT_OPERATORS: '192.0.2.1 198.51.100.0/24',
      },
    });
  });
  afterAll(() => apache.stop());

  it('asks for a password, as a v2 registry and in JSON', async () => {
    const answer = await ask('/v2/');
    expect(answer.status).toBe(401);
    expect(answer.headers).toMatchObject({
      'www-authenticate': 'Basic realm="registry"',
      'content-type': 'application/json',
      'docker-distribution-api-version': 'registry/2.0',
    });
    expect(errorCodesOf(answer)).toEqual(['UNAUTHORIZED']);
  });

  it('keeps the password from davit, and says that the client came by https', async () => {
    const seen = headersSeen(await ask('/v2/a/tags/list', [credentials]));
    expect(seen).toMatchObject({ 'x-forwarded-proto': 'https' });
    expect(seen).not.toHaveProperty('authorization');
  });

  it.each(['/v2/a/manifests/x', '/v1/repositories/a/images', '/v1/images/abc/layer'])(
    '%s needs a password',
    async (path) => expect((await ask(path)).status).toBe(401),
  );

  it.each(['/v1/_ping', '/healthz'])('%s does not', async (path) => expect((await ask(path)).status).toBe(200));

  it.each([
    '/crane',
    '/crane/',
    '/Crane/repositories/v2',
    '/metrics',
    '/METRICS',
    '/%63rane/repositories',
    '//metrics',
  ])('%s is for operators only, whatever the client says of itself', async (path) => {
    const answer = await ask(path, [['X-Forwarded-For', '192.0.2.1']]);
    expect([answer.status, errorCodesOf(answer)]).toEqual([403, ['DENIED']]);
  });
});
