/**
 * Today's clients, as Debian ships them, against the whole arrangement: Apache with TLS in front of davit, Apache as
 * static storage of a tree published like Pulp's, both with the configuration that operators get.
 */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createManifestList, createSchema2Image, type Manifest } from '../../scripts/lab/image';
import { Publisher } from '../../scripts/lab/publisher';
import { createSchema1Image } from '../../scripts/lab/schema1';
import { createPublicFolder, startApache, type Apache } from '../support/apache';
import { createCertificate } from '../support/certificate';
import { createClients, type Clients } from '../support/clients';
import { startDavit, type Davit } from '../support/davit';
import { request, type HttpAnswer } from '../support/http';
import { findFreePort } from '../support/ports';
import { errorCodesOf, jsonOf } from '../support/spec-error';

const amd64 = createSchema2Image({ greeting: 'Hello from amd64!\n' });
const arm64 = createSchema2Image({ greeting: 'Hello from arm64!\n', architecture: 'arm64' });
const list = createManifestList([
  { manifest: arm64, architecture: 'arm64', os: 'linux' },
  { manifest: amd64, architecture: 'amd64', os: 'linux' },
]);
const single = createSchema2Image();
const signed = createSchema1Image({ name: 'demo/hello', tag: 'schema1' });

const manifests = [
  { manifest: single, tags: ['schema2', 'latest.json'] },
  { manifest: list, tags: ['list'] },
  { manifest: signed, tags: ['schema1'] },
];
/** A missing tag of the first may still be schema 1, so the storage says it is missing; of the second davit knows. */
const repositories = [
  { id: 'Hello-4', name: 'demo/hello', version: 4 as const, manifests },
  { id: 'hello-5', name: 'hello5', version: 5 as const, manifests },
];

let folder = '';
let clients: Clients;
let publisher: Publisher;
let certificate: Record<string, string>;

beforeAll(async () => {
  folder = await createPublicFolder('davit-real-clients-');
  clients = await createClients();
  const { certificateFile, keyFile } = await createCertificate(folder);
  certificate = { DAVIT_CERTIFICATE: certificateFile, DAVIT_CERTIFICATE_KEY: keyFile };
});
afterAll(async () => {
  await clients.remove();
  await rm(folder, { recursive: true, force: true });
});

/** davit behind Apache; `keys` are those of [serve_content]. */
async function startBoth(
  root: string,
  keys: Record<string, string | boolean>,
): Promise<{ davit: Davit; apache: Apache }> {
  const staticPort = await findFreePort();
  const storageUrl = (api: string, id: string): string => `https://127.0.0.1:${staticPort}/pulp/docker/${api}/${id}/`;
  publisher = new Publisher(root, { storageUrl });
  for (const repository of repositories) await publisher.publish(repository);
  const davit = await startDavit({
    config: {
      general: { data_dir: join(publisher.published, 'v2/app') },
      server: { trusted_proxies: '127.0.0.1' },
      serve_content: { content_dir_v2: join(publisher.published, 'v2/web'), ...keys },
    },
  });
  const defines = {
    ...certificate,
    DAVIT_BACKEND: davit.url,
    DAVIT_PUBLISHED: publisher.published,
    DAVIT_CONTENT: join(root, 'content'),
    DAVIT_XSENDFILE: true as const,
  };
  const apache = await startApache({ defines, staticPort }).catch(async (cause: unknown) => {
    await davit.stop();
    throw cause;
  });
  return { davit, apache };
}

async function stopBoth(apache: Apache, davit: Davit): Promise<void> {
  await apache.stop();
  const exitCode = await davit.stop();
  if (exitCode !== 0) throw new Error(`davit ended with ${exitCode}:\n${davit.output()}`);
}

/** Copies one reference with skopeo and returns the manifest that it got. */
async function copyManifest(reference: string, ...options: string[]): Promise<Buffer> {
  const target = join(clients.folder, 'tmp', `copy-${reference.replaceAll(/\W/g, '-')}`);
  const source = `docker://${reference}`;
  const result = await clients.skopeo('copy', '--src-tls-verify=false', ...options, source, `dir:${target}`);
  expect(result).toMatchObject({ exitCode: 0 });
  return readFile(join(target, 'manifest.json'));
}

async function expectPull(reference: string): Promise<void> {
  const result = await clients.podman('pull', '--quiet', '--tls-verify=false', reference);
  expect(result).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^[0-9a-f]{64}\n$/) as string });
}

const missingTag = /manifest unknown/;

describe('redirected to static storage', () => {
  let davit: Davit;
  let apache: Apache;
  const host = (): string => `127.0.0.1:${apache.frontPort}`;

  beforeAll(async () => {
    ({ davit, apache } = await startBoth(join(folder, 'redirected'), {}));
  });
  afterAll(() => stopBoth(apache, davit));

  describe.each(repositories)('version $version', ({ name }) => {
    const kinds: [string, string, Manifest][] = [
      ['a schema 2 image', 'schema2', single],
      ['a tag that looks like a file', 'latest.json', single],
      ['a schema 1 image', 'schema1', signed],
    ];
    const references = kinds.flatMap(([kind, tag, manifest]) => [
      { what: `${kind} by tag`, reference: `:${tag}`, manifest },
      { what: `${kind} by digest`, reference: `@${manifest.digest}`, manifest },
    ]);

    it.each(references)('skopeo copies $what', async ({ reference, manifest }) => {
      expect(await copyManifest(`${host()}/${name}${reference}`)).toEqual(manifest.bytes);
    });

    it.each([':list', `@${list.digest}`])(
      'skopeo copies a manifest list, whole and one image of it: %s',
      async (end) => {
        expect(await copyManifest(`${host()}/${name}${end}`, '--all')).toEqual(list.bytes);
        const one = ['--override-arch=arm64', '--override-os=linux'];
        const { exitCode, stdout } = await clients.skopeo(
          ...one,
          'inspect',
          '--tls-verify=false',
          `docker://${host()}/${name}${end}`,
        );
        expect([exitCode, JSON.parse(stdout)]).toEqual([0, expect.objectContaining({ Architecture: 'arm64' })]);
      },
    );

    it.each(references)('podman pulls $what', ({ reference }) => expectPull(`${host()}/${name}${reference}`));

    it.each([':list', `@${list.digest}`])('podman pulls from a manifest list: %s', (end) =>
      expectPull(`${host()}/${name}${end}`),
    );

    it('a user of skopeo reads that the tag is unknown', async () => {
      const result = await clients.skopeo('inspect', '--tls-verify=false', `docker://${host()}/${name}:nope`);
      expect(result).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(missingTag) as string });
    });

    it('a user of podman reads that the tag is unknown', async () => {
      const result = await clients.podman('pull', '--tls-verify=false', `${host()}/${name}:nope`);
      expect(result).toMatchObject({ exitCode: 125, stderr: expect.stringMatching(missingTag) as string });
    });
  });

  it('a user reads the same of a repository that is unknown', async () => {
    const result = await clients.skopeo('inspect', '--tls-verify=false', `docker://${host()}/demo/nothing:latest`);
    expect(result).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(missingTag) as string });
  });

  it('an operator sees the repositories through Apache, anyone else does not', async () => {
    const path = '/crane/repositories/v2';
    const accept: [string, string] = ['Accept', 'application/json'];
    const own = await request(`https://${host()}`, { path, headers: [accept] });
    expect([own.status, Object.keys(jsonOf(own) as object)]).toEqual([200, ['demo/hello', 'hello5']]);
    const other = await request(`https://${host()}`, { path, headers: [accept, ['X-Forwarded-For', '192.0.2.1']] });
    expect([403, 404]).toContain(other.status);
  });

  it.each([
    '/v2/demo%2Fhello/manifests/list',
    '/v2/demo/hello/manifests/a%2Fb',
    '/v2/demo/hello/manifests/..%2f..%2fx',
  ])('an encoded slash is answered by davit, not by Apache: %s', async (path) => {
    const answer = await request(`https://${host()}`, { path });
    expect([answer.status, answer.headers['docker-distribution-api-version']]).toEqual([404, 'registry/2.0']);
    expect(errorCodesOf(answer)).toHaveLength(1);
  });
});

describe('served by Apache in the name of davit (X-Sendfile)', () => {
  let davit: Davit;
  let apache: Apache;
  const ask = (path: string, headers: [string, string][] = [], method = 'GET'): Promise<HttpAnswer> =>
    request(`https://127.0.0.1:${apache.frontPort}`, { path: `/v2/demo/hello/${path}`, headers, method });

  beforeAll(async () => {
    ({ davit, apache } = await startBoth(join(folder, 'x-sendfile'), { enable: true, use_x_sendfile: true }));
  });
  afterAll(() => stopBoth(apache, davit));

  it.each([
    ['schema 2', single],
    ['manifest list', list],
    ['schema 1', signed],
  ])('a manifest with its type: %s', async (_kind, { digest, bytes, mediaType }) => {
    const answer = await ask(`manifests/${digest}`, [['Accept', '*/*']]);
    expect([answer.status, answer.headers['content-type']]).toEqual([200, mediaType]);
    expect(answer.body).toEqual(bytes);
    expect(answer.headers).not.toHaveProperty('x-sendfile');
  });

  it('a blob, its length and a part of it', async () => {
    const [, layer] = single.blobs;
    if (!layer) throw new Error('the image has no layer');
    const path = `blobs/${layer.digest}`;
    const whole = await ask(path);
    expect([whole.status, whole.body]).toEqual([200, layer.bytes]);
    const head = await ask(path, [], 'HEAD');
    expect([head.status, head.headers['content-length']]).toEqual([200, String(layer.bytes.length)]);
    const part = await ask(path, [['Range', 'bytes=2-5']]);
    expect([part.status, part.body]).toEqual([206, layer.bytes.subarray(2, 6)]);
    const rest = await ask(path, [['Range', `bytes=${layer.bytes.length}-`]]);
    expect(rest.status).toBe(416);
  });

  it('no two files share an ETag', async () => {
    const answers = await Promise.all([single, list, signed].map(({ digest }) => ask(`manifests/${digest}`)));
    const tags = answers.flatMap(({ headers }) => headers.etag ?? []);
    expect(new Set(tags).size).toBe(tags.length);
  });

  it('skopeo copies and podman pulls', async () => {
    const reference = `127.0.0.1:${apache.frontPort}/demo/hello:schema2`;
    expect(await copyManifest(reference)).toEqual(single.bytes);
    await expectPull(reference);
  });

  it('what is missing is unknown, in JSON', async () => {
    const answer = await ask('manifests/nope');
    expect([answer.status, errorCodesOf(answer)]).toEqual([404, ['MANIFEST_UNKNOWN']]);
  });
});
