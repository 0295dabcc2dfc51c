/**
 * Entitlement certificates through a real Apache with the configuration that operators get: Apache verifies them and passes
 * them on in a header, and nobody else can write that header.
 */
import { once } from 'node:events';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { join } from 'node:path';
import { createPublicFolder, startApache, type Apache } from '../support/apache';
import { createCertificate } from '../support/certificate';
import { runCommand } from '../support/clients';
import { startDavit, type Davit } from '../support/davit';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const PATH = `/v2/site/internal/blobs/${DIGEST}`;
const STORAGE = 'https://cdn.example.com/content/dist/rhel/7Server/x86_64/registry/internal/';
const ENTITLEMENT = [
  '1.3.6.1.4.1.2312.9.4.1=ASN1:UTF8String:An order',
  '1.3.6.1.4.1.2312.9.2.1000.1.6=ASN1:UTF8String:/content/dist/rhel/\\$releasever/\\$basearch/registry',
].join('\n');

let folder = '';
let davit: Davit;
let apache: Apache;

beforeAll(async () => {
  folder = await createPublicFolder('davit-certificate-');
  await mkdir(join(folder, 'data'));
  await writeFile(
    join(folder, 'data/internal.json'),
    JSON.stringify({ version: 2, 'repo-registry-id': 'site/internal', url: STORAGE, protected: true }),
  );
  const { certificateFile, keyFile } = await createCertificate(folder);
  for (const authority of ['ours', 'foreign']) {
    const files = ['-keyout', join(folder, `${authority}.key`), '-out', join(folder, `${authority}.crt`)];
    await openssl('req', '-x509', ...newKey, '-days', '2', '-subj', `/CN=${authority}`, ...files);
    await issueEntitlement(authority);
  }
  davit = await startDavit({
    config: {
      general: { data_dir: join(folder, 'data') },
      server: { trusted_proxies: 'loopback' },
      auth: { certificate_header: 'x-ssl-client-cert' },
    },
  });
  apache = await startApache({
    defines: {
      ...{ DAVIT_CERTIFICATE: certificateFile, DAVIT_CERTIFICATE_KEY: keyFile, DAVIT_BACKEND: davit.url },
      ...{ DAVIT_CLIENT_CA: join(folder, 'ours.crt'), DAVIT_PUBLISHED: folder, DAVIT_CONTENT: folder },
    },
  });
});
afterAll(async () => {
  await apache.stop();
  await davit.stop();
  await rm(folder, { recursive: true, force: true });
});

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

async function openssl(...args: string[]): Promise<void> {
  const { exitCode, stderr } = await runCommand('openssl', args);
  if (exitCode !== 0) throw new Error(`openssl ${args[0]} failed:\n${stderr}`);
}

/** `<authority>-client.crt` and its key, signed by that authority. */
async function issueEntitlement(authority: string): Promise<void> {
  const client = join(folder, `${authority}-client`);
  await writeFile(`${client}.ext`, ENTITLEMENT);
  await openssl('req', ...newKey, '-subj', '/CN=consumer', '-keyout', `${client}.key`, '-out', `${client}.csr`);
  const signer = ['-CA', join(folder, `${authority}.crt`), '-CAkey', join(folder, `${authority}.key`)];
  const files = ['-in', `${client}.csr`, '-out', `${client}.crt`, '-extfile', `${client}.ext`];
  await openssl('x509', '-req', ...signer, '-CAcreateserial', '-days', '2', ...files);
}

/** Status of the answer to a client with the certificate of that name, or without one. */
async function ask(certificate?: string, headers: Record<string, string> = {}): Promise<number | undefined> {
  const identity =
    certificate === undefined ? {} : { cert: await read(`${certificate}.crt`), key: await read(`${certificate}.key`) };
  const outgoing = request({
    ...{ host: '127.0.0.1', port: apache.frontPort, path: PATH, agent: false, rejectUnauthorized: false },
    ...identity,
    headers,
  });
  outgoing.end();
  const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
  incoming.resume();
  return incoming.statusCode;
}

const read = (name: string): Promise<string> => readFile(join(folder, name), 'utf8');

it('lets a client pull what its certificate covers', async () => {
  expect(await ask('ours-client')).toBe(302);
});

it('hides it from clients without a certificate', async () => {
  expect(await ask()).toBe(404);
});

it('does not let a client write the header itself', async () => {
  const pem = (await read('ours-client.crt')).replaceAll('\n', ' ');
  expect(await ask(undefined, { 'X-SSL-Client-Cert': pem })).toBe(404);
});

it('disconnects a client whose certificate another authority has signed', async () => {
  await expect(ask('foreign-client')).rejects.toThrow();
});
