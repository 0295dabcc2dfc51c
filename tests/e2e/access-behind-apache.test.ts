/**
 * davit with access control behind a real Apache with TLS: clients are sent back to where they came from for their token;
 * and Crane's arrangement, where Apache asks for the password and davit knows of nothing.
 */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeLine } from '../access/hashes';
import { createPublicFolder, startApache, type Apache } from '../support/apache';
import { createCertificate } from '../support/certificate';
import { createClients, type ClientResult, type Clients } from '../support/clients';
import { startDavit, type CraneConf, type Davit } from '../support/davit';
import * as site from '../support/guarded-site';
import { request, type HttpAnswer } from '../support/http';
import { createOldDocker } from '../support/old-docker/old-docker';
import { findFreePort } from '../support/ports';
import { pullToday } from '../support/today-clients';

const { ALICE, CLOSED, CLOSED_V1, OPEN, basicOf } = site;
type Header = [name: string, value: string];

let folder = '';
let davit: Davit;
let apache: Apache;
let clients: Clients;

beforeAll(async () => {
  folder = await createPublicFolder('davit-access-apache-');
});
afterAll(() => rm(folder, { recursive: true, force: true }));
beforeEach(async () => {
  clients = await createClients();
});
afterEach(() => clients.remove());

async function startBoth(
  root: string,
  sections: (root: string) => CraneConf,
  defines: Record<string, string> = {},
): Promise<void> {
  const staticPort = await findFreePort();
  const storageUrl = (api: string, id: string): string => `https://127.0.0.1:${staticPort}/pulp/docker/${api}/${id}/`;
  const { published } = await site.publishGuardedTree(root, storageUrl);
  davit = await startDavit({ config: { general: { data_dir: published }, ...sections(root) } });
  const { certificateFile, keyFile } = await createCertificate(root);
  apache = await startApache({
    staticPort,
    defines: {
      DAVIT_BACKEND: davit.url,
      DAVIT_PUBLISHED: published,
      DAVIT_CONTENT: join(root, 'content'),
      DAVIT_CERTIFICATE: certificateFile,
      DAVIT_CERTIFICATE_KEY: keyFile,
      ...defines,
    },
  });
}
async function stopBoth(): Promise<void> {
  await apache.stop();
  await davit.stop();
}

const url = (): string => `https://127.0.0.1:${apache.frontPort}`;
const ask = (path: string, ...headers: Header[]): Promise<HttpAnswer> => request(url(), { path, headers });
const challengeOf = async (path: string, ...headers: Header[]): Promise<unknown> =>
  (await ask(path, ...headers)).headers['www-authenticate'];

const copy = (name: string, ...options: string[]): Promise<ClientResult> =>
  clients.skopeo(
    'copy',
    '--src-tls-verify=false',
    ...options,
    `docker://127.0.0.1:${apache.frontPort}/${name}:latest`,
    `dir:${join(clients.folder, 'copy')}`,
  );
const creds = ({ user, password }: site.Credentials): string[] => ['--src-creds', `${user}:${password}`];
const refused = { exitCode: 1, stderr: expect.stringMatching(/unauthorized/) as string };

describe('davit asks for the password', () => {
  beforeAll(() =>
    startBoth(join(folder, 'own'), (root) => ({
      server: { trusted_proxies: '127.0.0.1' },
      auth: site.writePasswords(root),
    })),
  );
  afterAll(stopBoth);

  it('the challenge names the address that the client used', async () => {
    const here = `Bearer realm="${url()}/token",service="davit"`;
    expect(await challengeOf('/v2/')).toBe(here);
    expect(await challengeOf(`/v2/${CLOSED}/tags/list`)).toBe(`${here},scope="repository:${CLOSED}:pull"`);
    expect(await challengeOf('/v2/', ['Host', 'registry.example.com:8443'])).toBe(
      'Bearer realm="https://registry.example.com:8443/token",service="davit"',
    );
  });

  it.each<[string, Header[]]>([
    ['X-Forwarded-Host', [['X-Forwarded-Host', 'evil.example.com']]],
    ['X-Forwarded-Proto', [['X-Forwarded-Proto', 'http']]],
    ['Forwarded', [['Forwarded', 'host=evil.example.com;proto=http']]],
    [
      'all of them, as if a trusted proxy had sent them',
      [
        ['X-Forwarded-For', '127.0.0.1'],
        ['X-Forwarded-Host', 'evil.example.com'],
        ['X-Forwarded-Proto', 'http'],
      ],
    ],
  ])('a client that makes up %s is sent to the same address', async (_what, headers) => {
    // On loopback this client would be a trusted proxy itself.
    const answer = await request(url(), { path: '/v2/', headers, from: '127.0.0.2' });
    expect(answer.headers['www-authenticate']).toBe(`Bearer realm="${url()}/token",service="davit"`);
  });

  it('skopeo and podman pull what is private with credentials only', async () => {
    expect(await copy(CLOSED, ...creds(ALICE))).toMatchObject({ exitCode: 0 });
    expect(await copy(OPEN)).toMatchObject({ exitCode: 0 });
    expect(await copy(CLOSED)).toMatchObject(refused);
    const reference = `127.0.0.1:${apache.frontPort}/${CLOSED}:latest`;
    const login = ['--creds', `${ALICE.user}:${ALICE.password}`];
    expect(await clients.podman('pull', '--quiet', '--tls-verify=false', ...login, reference)).toMatchObject({
      exitCode: 0,
    });
  });

  it.each(['crane', 'docker', 'containerd', 'oras'] as const)('%s does', async (client) => {
    const registry = url();
    const { manifest } = await pullToday(client, { registry, name: CLOSED, login: ALICE });
    expect(manifest).toEqual(site.v2Content[CLOSED].schema2.bytes);
    await expect(pullToday(client, { registry, name: CLOSED })).rejects.toThrow('401');
  });

  it.each(['1.9.1', '1.10.3', '17.03.2-ce'])('docker %s pulls what is private by v1', async (version) => {
    const era = version === '1.9.1' ? '1.8-1.9' : '1.10-17.11';
    const docker = createOldDocker({ era, version, registry: url(), login: ALICE });
    expect(await docker.pull(CLOSED_V1, 'latest')).toMatchObject({ protocol: 'v1', images: [{ layers: 3 }] });
  });

  it('Apache passes an answer that depends on who asks unchanged', async () => {
    const answer = await ask(`/v2/${CLOSED}/manifests/latest`, basicOf(ALICE));
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store' });
    expect(String(answer.headers.vary)).toContain('Authorization');
  });
});

describe('Apache asks for the password', () => {
  const passwords = (): string => join(folder, 'passwords');
  const settings: [string, (root: string) => CraneConf][] = [
    ['davit has nothing configured', () => ({ server: { trusted_proxies: '127.0.0.1' } })],
    [
      'davit looks at certificates only',
      () => ({ server: { trusted_proxies: '127.0.0.1' }, auth: { certificate_header: 'x-ssl-client-cert' } }),
    ],
  ];

  describe.each(settings)('%s', (title, sections) => {
    beforeAll(async () => {
      await writeFile(passwords(), `${makeLine('-m', ALICE.user, ALICE.password)}\n`);
      await startBoth(join(folder, title.replaceAll(' ', '-')), sections, { DAVIT_PASSWORDS: passwords() });
    });
    afterAll(stopBoth);

    it('skopeo copies with the password only', async () => {
      expect(await copy(OPEN, ...creds(ALICE))).toMatchObject({ exitCode: 0 });
      expect(await copy(OPEN)).toMatchObject(refused);
      expect(await copy(OPEN, ...creds({ ...ALICE, password: 'wrong' }))).toMatchObject(refused);
    });

    it('what is protected is as hidden as before', async () => {
      const tell = async (name: string): Promise<unknown[]> => {
        const { status, body, headers } = await ask(`/v2/${name}/manifests/latest`, basicOf(ALICE));
        return [status, body.toString().replaceAll(name, '<name>'), headers['www-authenticate']];
      };
      expect(await tell(CLOSED)).toEqual(await tell('demo/nothing'));
      expect((await tell(CLOSED))[0]).toBe(404);
    });

    it('davit does not look at a password that reaches it all the same', async () => {
      for (const [name, status] of [
        ['/v2/', 200],
        [`/v2/${OPEN}/tags/list`, 200],
        [`/v2/${CLOSED}/tags/list`, 404],
        ['/token', 404],
      ] as const) {
        const answer = await request(davit.url, { path: name, headers: [basicOf({ user: 'x', password: 'y' })] });
        expect([answer.status, answer.headers['www-authenticate']]).toEqual([status, undefined]);
      }
    });
  });
});
