/** Tokens of somebody else's service, in the manner of docker_auth: skopeo, what is refused and why, and changed keys. */
import { createPrivateKey } from 'node:crypto';
import { copyFileSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createLibtrustKeyId } from '../../scripts/lab/schema1';
import { renameOver } from '../../scripts/lab/writers';
import { createEcKeys, encodePart, pemOf } from '../access/hand-made-tokens';
import { createCertificate, type Certificate } from '../support/certificate';
import { createClients, type ClientResult, type Clients } from '../support/clients';
import { startDavit, type Davit } from '../support/davit';
import * as site from '../support/guarded-site';
import { request, type HttpAnswer } from '../support/http';
import { logLines, saidOf } from '../support/log-lines';
import { createOldDocker } from '../support/old-docker/old-docker';
import { createTemporaryDirectory } from '../support/temporary-directory';
import { pullToday } from '../support/today-clients';
import { startTokenServer, type TokenServer } from '../support/token-server';
import { until } from '../support/until';

const { ALICE, BOB, CLOSED, CLOSED_V1, OPEN } = site;
const [ISSUER, SERVICE] = ['Acme auth server', 'registry.example.com'];
const stranger = createEcKeys();

let folder: string;
let keyFile: string;
let certificate: Certificate;
let tokenServer: TokenServer;
let davit: Davit;
let clients: Clients;

beforeEach(async () => {
  folder = createTemporaryDirectory();
  certificate = await createCertificate(folder);
  keyFile = join(folder, 'token-keys.pem');
  copyFileSync(certificate.certificateFile, keyFile);
  tokenServer = await startTokenServer({
    issuer: ISSUER,
    service: SERVICE,
    privateKey: createPrivateKey(readFileSync(certificate.keyFile)),
    users: new Map([[ALICE.user, ALICE.password]]),
    granted: [CLOSED],
  });
  const { config } = await site.publishGuardedTree(folder);
  const auth = {
    token_realm: tokenServer.realm,
    token_issuer: ISSUER,
    token_service: SERVICE,
    token_keys: keyFile,
    // Of its own users davit asks a password, too: v1 knows no tokens of that kind.
    ...site.writePasswords(folder, [BOB]),
  };
  davit = await startDavit({ config: { ...config, auth } });
  clients = await createClients();
});
afterEach(async () => {
  await clients.remove();
  await davit.stop();
  await tokenServer.stop();
});

const copy = (name: string, ...options: string[]): Promise<ClientResult> =>
  clients.skopeo(
    'copy',
    '--src-tls-verify=false',
    ...options,
    `docker://${new URL(davit.url).host}/${name}:latest`,
    `dir:${join(clients.folder, 'copy')}`,
  );
const copied = (): Promise<Buffer> => readFile(join(clients.folder, 'copy/manifest.json'));

const asAlice = ['--src-creds', `${ALICE.user}:${ALICE.password}`];
const ask = (token: string): Promise<HttpAnswer> =>
  request(davit.url, { path: `/v2/${CLOSED}/tags/list`, headers: [['Authorization', `Bearer ${token}`]] });
const isTaken = async (token: string): Promise<boolean> => (await ask(token)).status === 200;

const reasons = (): unknown[] => saidOf(davit, 'token refused').map(({ reason }) => reason);

it('skopeo copies what is public without credentials, and what is private with them', async () => {
  expect(await copy(OPEN)).toMatchObject({ exitCode: 0 });
  expect(await copied()).toEqual(site.v2Content[OPEN].schema2.bytes);
  expect(await copy(CLOSED, ...asAlice)).toMatchObject({ exitCode: 0 });
  expect(await copied()).toEqual(site.v2Content[CLOSED].schema2.bytes);
  expect(await copy(OPEN, ...asAlice)).toMatchObject({ exitCode: 0 });
  const refused = { exitCode: 1, stderr: expect.stringMatching(/unauthorized|invalid username/) as string };
  expect(await copy(CLOSED)).toMatchObject(refused);
  expect(await copy(CLOSED, '--src-creds', `${ALICE.user}:wrong`)).toMatchObject(refused);
});

it.each(['crane', 'docker', 'containerd', 'oras'] as const)('%s finds the way there and back', async (client) => {
  const registry = davit.url;
  const { manifest } = await pullToday(client, { registry, name: CLOSED, login: ALICE });
  expect(manifest).toEqual(site.v2Content[CLOSED].schema2.bytes);
  expect((await pullToday(client, { registry, name: OPEN })).manifest).toEqual(site.v2Content[OPEN].schema2.bytes);
});

it('the token service of davit itself is not there', async () => {
  for (const path of ['/token', '/auth', '/.well-known/jwks.json']) {
    expect(await request(davit.url, { path })).toMatchObject({ status: 404 });
  }
});

it('users of the password file pull with Basic, and old docker by v1', async () => {
  const path = `/v2/${CLOSED}/tags/list`;
  expect(await request(davit.url, { path, headers: [site.basicOf(BOB)] })).toMatchObject({ status: 200 });
  expect(await request(davit.url, { path, headers: [site.basicOf(ALICE)] })).toMatchObject({ status: 401 });
  const docker = createOldDocker({ era: '1.8-1.9', registry: davit.url, login: BOB });
  expect(await docker.pull(CLOSED_V1, 'latest')).toMatchObject({ protocol: 'v1', images: [{ layers: 3 }] });
});

it.each<[what: string, make: () => string, reason: () => string]>([
  [
    'signed by a stranger',
    () => {
      tokenServer.signWith(stranger.privateKey);
      return tokenServer.issue('alice', [CLOSED]);
    },
    () => `is signed by a key that is not in token_keys: kid "${createLibtrustKeyId(stranger.publicKey)}"`,
  ],
  [
    'of another issuer',
    () => tokenServer.issue('alice', [CLOSED], { iss: 'Other' }),
    () => `has iss "Other", expected is "${ISSUER}"`,
  ],
  [
    'for another service',
    () => tokenServer.issue('alice', [CLOSED], { aud: ['a', 'b'] }),
    () => `has aud ["a","b"], expected is "${SERVICE}"`,
  ],
  [
    'that expired',
    () => tokenServer.issue('alice', [CLOSED], { exp: 1e9 }),
    () => 'expired at 2001-09-09T01:46:40.000Z',
  ],
  [
    'without a signature',
    () => `${encodePart({ alg: 'none' })}.${encodePart({ sub: 'alice' })}.`,
    () => 'is no signed JSON Web Token',
  ],
])('a token %s is refused, and the log says why', async (_what, make, reason) => {
  const token = make();
  const answer = await ask(token);
  expect([answer.status, answer.headers['www-authenticate']]).toEqual([
    401,
    `Bearer realm="${tokenServer.realm}",service="${SERVICE}",scope="repository:${CLOSED}:pull",error="invalid_token"`,
  ]);
  await until('it is logged', () => reasons().length > 0);
  expect(reasons()).toEqual([reason()]);
  for (const part of token.split('.').slice(1).filter(Boolean)) expect(davit.output()).not.toContain(part);
});

it('keys change while davit runs', async () => {
  const before = tokenServer.issue('alice', [CLOSED]);
  tokenServer.signWith(stranger.privateKey);
  const after = tokenServer.issue('alice', [CLOSED]);
  expect([await isTaken(before), await isTaken(after)]).toEqual([true, false]);
  const added = pemOf(stranger.publicKey);
  await renameOver(keyFile, readFileSync(certificate.certificateFile, 'utf8') + added);
  await until('both keys are taken', async () => (await isTaken(before)) && (await isTaken(after)));
  await renameOver(keyFile, added);
  await until('the old one is not', async () => !(await isTaken(before)));
  expect(await copy(CLOSED, ...asAlice)).toMatchObject({ exitCode: 0 });
});

it('keys that turn bad change nothing, and the log says so once', async () => {
  const token = tokenServer.issue('alice', [CLOSED]);
  await renameOver(keyFile, '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n');
  const told = (): unknown[] => logLines(davit).filter(({ key }) => key === '[auth] token_keys');
  await until('it is told', () => told().length > 0);
  expect(told()).toEqual([expect.objectContaining({ level: 'warn', mistakes: [expect.stringContaining(keyFile)] })]);
  expect(await isTaken(token)).toBe(true);
  await renameOver(keyFile, pemOf(stranger.publicKey));
  await until('what is good again is taken', async () => !(await isTaken(token)));
});
