/**
 * Entitlement certificates, as Crane has them: Apache asks for the certificate of the client and passes it on in a header,
 * davit believes that header from Apache only. Skopeo shows a certificate as an entitled machine does.
 */
import { get } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { version1, version3 } from '../access/entitlement/certificates';
import { encodePaths } from '../access/entitlement/tree-encoder';
import { createPublicFolder, startApache, type Apache } from '../support/apache';
import { createCertificate, type Certificate } from '../support/certificate';
import { createAuthority, type Authority, type ClientCertificate } from '../support/client-certificate';
import { createClients, type ClientResult, type Clients } from '../support/clients';
import { startDavit, type CraneConf, type Davit } from '../support/davit';
import * as site from '../support/guarded-site';
import { request } from '../support/http';
import { findFreePort } from '../support/ports';

const { ALICE, CLOSED, OPEN } = site;
/** Under which the storage serves the protected repository. */
const COVERED = '/pulp/docker/v2/demo-closed';
const TAGS = `/v2/${CLOSED}/tags/list`;

let folder = '';
let server: Certificate;
let authority: Authority;
let clients: Clients;
let davit: Davit;
let apache: Apache;

beforeAll(async () => {
  folder = await createPublicFolder('davit-access-certificates-');
  server = await createCertificate(folder);
  authority = await createAuthority(folder);
  clients = await createClients();
});
afterAll(async () => {
  await clients.remove();
  await rm(folder, { recursive: true, force: true });
});

async function startBoth(root: string, auth: CraneConf[string], directives: string[] = []): Promise<void> {
  const staticPort = await findFreePort();
  const storageUrl = (api: string, id: string): string => `https://127.0.0.1:${staticPort}/pulp/docker/${api}/${id}/`;
  const { published } = await site.publishGuardedTree(root, storageUrl);
  davit = await startDavit({
    config: { general: { data_dir: published }, server: { trusted_proxies: '127.0.0.1' }, auth },
  });
  apache = await startApache({
    staticPort,
    defines: {
      DAVIT_BACKEND: davit.url,
      DAVIT_PUBLISHED: published,
      DAVIT_CONTENT: join(root, 'content'),
      DAVIT_CERTIFICATE: server.certificateFile,
      DAVIT_CERTIFICATE_KEY: server.keyFile,
      DAVIT_CLIENT_CA: authority.certificateFile,
    },
    directives,
  });
}
async function stopBoth(): Promise<void> {
  await apache.stop();
  await davit.stop();
}

const issue = (...urls: string[]): Promise<ClientCertificate> =>
  authority.issue(version1(urls), server.certificateFile);

/** Through Apache; `shown`: in the handshake. */
async function statusOf(path: string, shown?: ClientCertificate, headers = {}): Promise<number | undefined> {
  const credentials = shown && { cert: shown.certificate, key: shown.key };
  const options = { ...credentials, headers, agent: false, rejectUnauthorized: false };
  const [answer] = (await once(get(`https://127.0.0.1:${apache.frontPort}${path}`, options), 'response')) as [
    IncomingMessage,
  ];
  answer.resume();
  return answer.statusCode;
}

const copy = (name: string, shown: ClientCertificate, ...options: string[]): Promise<ClientResult> =>
  clients.skopeo(
    'copy',
    ...['--src-cert-dir', shown.folder, ...options],
    `docker://127.0.0.1:${apache.frontPort}/${name}:latest`,
    `dir:${join(clients.folder, 'copy')}`,
  );

/** In one line, as Apache passes it on. */
const inHeader = ({ certificate }: ClientCertificate): string => certificate.trim().replaceAll('\n', ' ');

describe('nobody can log in', () => {
  beforeAll(() => startBoth(join(folder, 'alone'), { certificate_header: 'x-ssl-client-cert' }));
  afterAll(stopBoth);

  it('skopeo copies what its certificate covers, and what is public', async () => {
    const covered = await issue(COVERED);
    expect(await copy(CLOSED, covered)).toMatchObject({ exitCode: 0 });
    expect(await copy(OPEN, covered)).toMatchObject({ exitCode: 0 });
    const hidden = { exitCode: 1, stderr: expect.stringMatching(/manifest unknown/) as string };
    expect(await copy(CLOSED, await issue('/content/dist'))).toMatchObject(hidden);
    expect(await copy(OPEN, await issue('/content/dist'))).toMatchObject({ exitCode: 0 });
  });

  it('podman pulls what its certificate covers', async () => {
    const shown = await issue('/pulp/$product/v2');
    const reference = `127.0.0.1:${apache.frontPort}/${CLOSED}:latest`;
    const pulled = await clients.podman('pull', '--quiet', '--cert-dir', shown.folder, reference);
    expect(pulled).toMatchObject({ exitCode: 0 });
  });

  it('a certificate of version 3 counts as well', async () => {
    const tree = encodePaths([COVERED.slice(1).split('/')]);
    expect(await statusOf(TAGS, await authority.issue(version3(tree), server.certificateFile))).toBe(200);
    const other = encodePaths([['content', 'dist']]);
    expect(await statusOf(TAGS, await authority.issue(version3(other), server.certificateFile))).toBe(404);
  });

  it('a certificate far longer than the headers that node allows counts', async () => {
    const others = Array.from({ length: 300 }, (_, index) => `/content/dist/of/a/product/with/a/long/name/${index}`);
    const shown = await issue(...others, COVERED);
    expect(inHeader(shown).length).toBeGreaterThan(20_000);
    expect(await statusOf(TAGS, shown)).toBe(200);
    expect(await statusOf(TAGS, await issue(...others))).toBe(404);
  });

  it('without a certificate what is protected is unknown', async () => {
    expect([await statusOf(TAGS), await statusOf('/v2/demo/nothing/tags/list')]).toEqual([404, 404]);
    expect([await statusOf('/v2/'), await statusOf(`/v2/${OPEN}/tags/list`)]).toEqual([200, 200]);
  });

  it('a certificate that anybody can read proves nothing in a header of the client', async () => {
    const header = { 'X-SSL-Client-Cert': inHeader(await issue(COVERED)) };
    expect(await statusOf(TAGS, undefined, header)).toBe(404);
    expect(await statusOf(TAGS, await issue('/content/dist'), header)).toBe(404);
  });

  it('whoever goes past Apache is not believed', async () => {
    const headers: [string, string][] = [['X-SSL-Client-Cert', inHeader(await issue(COVERED))]];
    const ask = async (from: string): Promise<number> =>
      (await request(davit.url, { path: TAGS, headers, from })).status;
    // 127.0.0.1 is Apache's address.
    expect([await ask('127.0.0.1'), await ask('127.0.0.2')]).toEqual([200, 404]);
  });

  it('one that has expired is none, also where Apache lets it pass', async () => {
    const expired = await authority.issue(version1([COVERED]), server.certificateFile, -1);
    const headers: [string, string][] = [['X-SSL-Client-Cert', inHeader(expired)]];
    expect((await request(davit.url, { path: TAGS, headers })).status).toBe(404);
  });
});

describe('users can log in, too', () => {
  beforeAll(async () => {
    const root = join(folder, 'both');
    await startBoth(root, { certificate_header: 'x-ssl-client-cert', ...site.writePasswords(folder) });
  });
  afterAll(stopBoth);

  it('skopeo copies by certificate or by password', async () => {
    const [covered, other] = [await issue(COVERED), await issue('/content/dist')];
    expect(await copy(CLOSED, covered)).toMatchObject({ exitCode: 0 });
    expect(await copy(CLOSED, other, '--src-creds', `${ALICE.user}:${ALICE.password}`)).toMatchObject({ exitCode: 0 });
    const refused = { exitCode: 1, stderr: expect.stringMatching(/unauthorized/) as string };
    expect(await copy(CLOSED, other)).toMatchObject(refused);
  });
});

describe('RFC 9440', () => {
  beforeAll(() =>
    startBoth(join(folder, 'rfc'), { certificate_header: 'client-cert' }, [
      '<Location "/">',
      'RequestHeader set Client-Cert "%{SSL_CLIENT_CERT}s"',
      'RequestHeader edit* Client-Cert "\\s|-----(BEGIN|END) CERTIFICATE-----" ""',
      'RequestHeader edit Client-Cert "^(.+)$" ":$1:"',
      '</Location>',
    ]),
  );
  afterAll(stopBoth);

  it('a certificate in Client-Cert counts, in the other header it does not', async () => {
    const covered = await issue(COVERED);
    expect(await statusOf(TAGS, covered)).toBe(200);
    expect(await statusOf(TAGS, undefined, { 'X-SSL-Client-Cert': inHeader(covered) })).toBe(404);
  });
});
