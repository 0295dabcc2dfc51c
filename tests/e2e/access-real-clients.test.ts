/**
 * Today's clients, as Debian ships them, on one registry with a public and a private repository: passwords in a file,
 * tokens from davit itself. Once with the content from davit, once with redirects to Apache.
 */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createPublicFolder, startApache, type Apache } from '../support/apache';
import { createClients, type ClientResult, type Clients } from '../support/clients';
import { startDavit, type Davit } from '../support/davit';
import * as site from '../support/guarded-site';
import { findFreePort } from '../support/ports';

const { ALICE, CLOSED, OPEN } = site;
const WRONG = { ...ALICE, password: 'wrong' };

let folder = '';
let davit: Davit;
let apache: Apache | undefined;
let clients: Clients;

beforeAll(async () => {
  folder = await createPublicFolder('davit-access-');
});
afterAll(() => rm(folder, { recursive: true, force: true }));
// New ones each time, so that no login and no image is left of the test before.
beforeEach(async () => {
  clients = await createClients();
});
afterEach(() => clients.remove());

const host = (): string => new URL(davit.url).host;

const copy = (name: string, ...options: string[]): Promise<ClientResult> =>
  clients.skopeo(
    'copy',
    '--src-tls-verify=false',
    ...options,
    `docker://${host()}/${name}:latest`,
    `dir:${join(clients.folder, 'copy')}`,
  );
const pull = (name: string, ...options: string[]): Promise<ClientResult> =>
  clients.podman('pull', '--quiet', '--tls-verify=false', ...options, `${host()}/${name}:latest`);
const log = (client: 'skopeo' | 'podman', { user, password }: site.Credentials): Promise<ClientResult> =>
  clients[client]('login', '--tls-verify=false', '--username', user, '--password', password, host());

const printCredentials = ({ user, password }: site.Credentials): string => `${user}:${password}`;
const refused = { exitCode: expect.any(Number) as number, stderr: expect.stringMatching(/unauthorized/) as string };

async function expectCopied(name: typeof OPEN | typeof CLOSED, ...options: string[]): Promise<void> {
  expect(await copy(name, ...options)).toMatchObject({ exitCode: 0 });
  expect(await readFile(join(clients.folder, 'copy/manifest.json'))).toEqual(site.v2Content[name].schema2.bytes);
}

async function expectRefused(asking: Promise<ClientResult>): Promise<void> {
  const result = await asking;
  expect(result).toMatchObject(refused);
  expect(result.exitCode).not.toBe(0);
}

const expectPulled = async (asking: Promise<ClientResult>): Promise<void> =>
  expect(await asking).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^[0-9a-f]{64}\n$/) as string });

const arrangements: [title: string, start: (root: string) => Promise<void>][] = [
  [
    'served by davit',
    async (root) => {
      const { config } = await site.publishGuardedTree(root);
      davit = await startDavit({ config: { ...config, auth: site.writePasswords(folder) } });
    },
  ],
  [
    'redirected to Apache',
    async (root) => {
      const staticPort = await findFreePort();
      const { published } = await site.publishGuardedTree(
        root,
        (api, id) => `http://127.0.0.1:${staticPort}/pulp/docker/${api}/${id}/`,
      );
      const general = { data_dir: published };
      davit = await startDavit({ config: { general, auth: site.writePasswords(folder) } });
      apache = await startApache({
        staticPort,
        defines: {
          DAVIT_BACKEND: davit.url,
          DAVIT_PUBLISHED: published,
          DAVIT_CONTENT: join(root, 'content'),
          DAVIT_PLAIN_HTTP: true,
        },
      });
    },
  ],
];

describe.each(arrangements)('%s', (title, start) => {
  beforeAll(() => start(join(folder, title.replaceAll(' ', '-'))));
  afterAll(async () => {
    await apache?.stop();
    apache = undefined;
    await davit.stop();
  });

  describe('skopeo', () => {
    it('copies what is public without credentials, and with them', async () => {
      await expectCopied(OPEN);
      await expectCopied(OPEN, '--src-creds', printCredentials(ALICE));
    });

    it('copies what is private with credentials', () => expectCopied(CLOSED, '--src-creds', printCredentials(ALICE)));

    it('is told to log in for what is private', () => expectRefused(copy(CLOSED)));

    it.each([OPEN, CLOSED])('is refused with a wrong password: %s', (name) =>
      expectRefused(copy(name, '--src-creds', printCredentials(WRONG))),
    );

    it('copies what is private after a login, and not after a logout', async () => {
      expect(await log('skopeo', ALICE)).toMatchObject({ exitCode: 0 });
      await expectCopied(CLOSED);
      await expectCopied(OPEN);
      expect(await clients.skopeo('logout', host())).toMatchObject({ exitCode: 0 });
      await expectRefused(copy(CLOSED));
    });

    it('inspects and lists tags: what is public for everybody, what is private for users', async () => {
      const ask = (command: string, name: string, ...options: string[]): Promise<ClientResult> =>
        clients.skopeo(command, '--tls-verify=false', ...options, `docker://${host()}/${name}`);
      const inspected = await ask('inspect', OPEN);
      expect(JSON.parse(inspected.stdout)).toMatchObject({ RepoTags: ['latest'] });
      const creds = ['--creds', printCredentials(ALICE)];
      for (const [name, options] of [
        [OPEN, []],
        [OPEN, creds],
        [CLOSED, creds],
      ] as const) {
        const listed = await ask('list-tags', name, ...options);
        expect([listed.exitCode, JSON.parse(listed.stdout)]).toEqual([
          0,
          expect.objectContaining({ Tags: ['latest'] }),
        ]);
        expect(await ask('inspect', name, ...options)).toMatchObject({ exitCode: 0 });
      }
      await expectRefused(ask('list-tags', CLOSED));
      await expectRefused(ask('inspect', CLOSED));
    });
  });

  describe('podman', () => {
    it('pulls what is public without credentials, and with them', async () => {
      await expectPulled(pull(OPEN));
      await expectPulled(pull(OPEN, '--creds', printCredentials(ALICE)));
    });

    it('pulls what is private with credentials', () => expectPulled(pull(CLOSED, '--creds', printCredentials(ALICE))));

    it('is told to log in for what is private, and for what does not exist', async () => {
      await expectRefused(pull(CLOSED));
      await expectRefused(pull('demo/nothing'));
    });

    it('is refused with a wrong password', () => expectRefused(pull(CLOSED, '--creds', printCredentials(WRONG))));

    it('pulls what is private after a login', async () => {
      expect(await log('podman', ALICE)).toMatchObject({ exitCode: 0 });
      await expectPulled(pull(CLOSED));
    });

    it('a user reads that what does not exist is unknown', async () => {
      const result = await pull('demo/nothing', '--creds', printCredentials(ALICE));
      expect(result).toMatchObject({ exitCode: 125, stderr: expect.stringMatching(/manifest unknown/) as string });
    });
  });

  it.each(['skopeo', 'podman'] as const)('%s does not log in with a wrong password', async (client) => {
    const result = await log(client, WRONG);
    expect(result.stderr).toMatch(/invalid username\/password|unauthorized/);
    expect(result.exitCode).not.toBe(0);
    await expectRefused(copy(CLOSED));
  });
});
