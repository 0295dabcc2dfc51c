/** The files of `[auth]` change while the front serves: what is good is in service, what is not is told and has no effect. */
import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defaultConfig } from '../../../app/config/config';
import { openGate } from '../../../app/http/auth/open-gate';
import { createTemporaryDirectory } from '../../support/temporary-directory';
import { until } from '../../support/until';
import { ask } from '../answers';
import { repositories } from '../repositories';
import { ownServer, withFront, type ServedFront } from '../ways';
import { ALICE, askToken, basic, bearer, pullScope, USERS } from './credentials';
import { fileOf, htpasswdText } from './open-test-gate';

const PATH = '/v2/secret/five/tags/list';
const silent = { error: jest.fn(), warn: jest.fn(), info: jest.fn(), debug: jest.fn() };
const rules = (who: string) => ({ rules: [{ who, names: '**', access: 'pull' }] });
const statusFor = async ({ url }: ServedFront, shown: Record<string, string>): Promise<number> =>
  (await ask(url, PATH, shown)).status;

const withFiles = (use: (front: ServedFront, directory: string) => Promise<void>): Promise<void> => {
  const directory = createTemporaryDirectory();
  const auth = { users: USERS, acl: rules('user:alice'), directory };
  return withFront(ownServer, { files: repositories, auth }, (front) => use(front, directory));
};

describe('while it serves', () => {
  it('another list is in service by itself, for tokens that are out already too', async () => {
    await withFiles(async (front, directory) => {
      const token = bearer(await askToken(front.url, [pullScope('secret/five')], ALICE));
      expect(await statusFor(front, token)).toBe(200);
      writeFileSync(fileOf(directory, 'acl.json'), JSON.stringify(rules('user:bob')));
      await until('alice may pull no more', async () => (await statusFor(front, ALICE)) === 404);
      expect(await statusFor(front, token)).toBe(404);
      expect(front.log).toEqual([
        { level: 'info', message: 'a file of [auth] was read again', fields: { key: '[auth] acl' } },
      ]);
    });
  });

  it('a list with mistakes is told once and has no effect, nor has one that is gone', async () => {
    await withFiles(async (front, directory) => {
      const path = fileOf(directory, 'acl.json');
      const told = async (): Promise<unknown[]> => {
        front.log.length = 0;
        await front.access?.reload();
        await front.access?.reload();
        expect(await statusFor(front, ALICE)).toBe(200);
        return front.log.map(({ level, fields }) => [level, fields['key'], fields['mistakes']]);
      };
      writeFileSync(path, JSON.stringify({ rules: [{ who: 'group:x', names: 'A', access: 'push' }] }));
      expect(await told()).toEqual([
        [
          'warn',
          '[auth] acl',
          ['/names', '/access', '/who'].map((at) => expect.stringContaining(`${path}: /rules/0${at}: `) as string),
        ],
      ]);
      writeFileSync(path, '{');
      expect(await told()).toEqual([['warn', '[auth] acl', [expect.stringMatching(/acl\.json: is not JSON/)]]]);
      rmSync(path);
      expect(await told()).toEqual([['warn', '[auth] acl', [`${path}: is not there`]]]);
    });
  });

  it('another password is in service at once, and the old one is none', async () => {
    await withFiles(async (front, directory) => {
      expect(await statusFor(front, ALICE)).toBe(200);
      const put = async (text: string): Promise<void> => {
        writeFileSync(`${fileOf(directory, 'users')}.new`, text);
        renameSync(`${fileOf(directory, 'users')}.new`, fileOf(directory, 'users'));
        await front.access?.reload();
      };
      await put(htpasswdText({ alice: 'other' }));
      expect([await statusFor(front, ALICE), await statusFor(front, basic('alice', 'other'))]).toEqual([401, 200]);
      front.log.length = 0;
      await put('alice:plain-text-password\n');
      expect(await statusFor(front, basic('alice', 'other'))).toBe(200);
      expect(front.log).toMatchObject([{ level: 'warn', fields: { key: '[auth] htpasswd' } }]);
      expect(JSON.stringify(front.log)).not.toContain('plain-text-password');
    });
  });

  it('a second key signs, and tokens of the first are good as long as it is there', async () => {
    const directory = createTemporaryDirectory();
    const [first, second] = [join(directory, 'first.pem'), join(directory, 'second.pem')];
    const withKeys = <T>(signingKeyFiles: string[], use: (front: ServedFront) => Promise<T>): Promise<T> =>
      withFront(ownServer, { files: repositories, auth: { users: USERS, directory, token: { signingKeyFiles } } }, use);
    const v1TokenOf = async (url: string): Promise<Record<string, string>> => {
      const { headers } = await ask(url, '/v1/repositories/secret/five/images', ALICE);
      return { Authorization: headers['www-authenticate'] ?? '' };
    };
    const old = await withKeys([first], async ({ url }) => ({
      token: await askToken(url, [pullScope('secret/five')], ALICE),
      v1Token: await v1TokenOf(url),
    }));
    const statusesOf = async (front: ServedFront): Promise<number[]> => [
      await statusFor(front, bearer(old.token)),
      await statusFor(front, old.v1Token),
    ];
    // Made while the first one signs still.
    await withKeys([second], () => Promise.resolve());
    await withKeys([second, first], async (front) => {
      expect(await statusesOf(front)).toEqual([200, 200]);
      expect(JSON.parse((await ask(front.url, '/.well-known/jwks.json')).body)).toMatchObject({ keys: [{}, {}] });
      const [newHeader, oldHeader] = [await askToken(front.url, []), old.token].map((token) => token.split('.')[0]);
      expect(newHeader).not.toBe(oldHeader);
    });
    await withKeys([second], async (front) => expect(await statusesOf(front)).toEqual([401, 401]));
  });
});

describe('at the start', () => {
  const directory = createTemporaryDirectory();
  const put = (name: string, text: string): string => {
    writeFileSync(join(directory, name), text);
    return join(directory, name);
  };
  const { token } = defaultConfig().auth;
  const openWith = (auth: object) => openGate({ config: defaultConfig({ auth: { token, ...auth } }), logger: silent });

  it('all mistakes are told at once, each with its key and its place', async () => {
    const [aclFile, htpasswdFile] = [put('acl.json', '{"rules":[{}]}'), put('users', 'alice\nbob:x\n')];
    const keyFile = put('damaged.pem', 'x');
    const opened = await openWith({ aclFile, htpasswdFile, token: { ...token, signingKeyFiles: [keyFile] } });
    expect(opened).toMatchObject({ kind: 'refused' });
    expect('mistakes' in opened && opened.mistakes).toEqual([
      ...['who', 'names', 'access'].map((key) => `[auth] acl: ${aclFile}: /rules/0/${key}: is missing`),
      `[auth] htpasswd: ${htpasswdFile}: line 1: has no colon between user and hash`,
      expect.stringMatching(/^\[auth\] htpasswd: .*users: line 2: has no hash that is known here/),
      expect.stringMatching(/^\[auth\] token_signing_keys: the signing key .*damaged\.pem is no PEM of a private key/),
    ]);
  });

  it('a file that is not there is told, but the first signing key is made', async () => {
    const htpasswdFile = put('users', htpasswdText(USERS));
    const [made, missing] = [join(directory, 'made.pem'), join(directory, 'missing.pem')];
    const opened = await openWith({
      htpasswdFile,
      aclFile: join(directory, 'no.json'),
      token: { ...token, signingKeyFiles: [made, missing] },
    });
    expect(opened).toEqual({
      kind: 'refused',
      mistakes: [
        `[auth] acl: ${join(directory, 'no.json')}: is not there`,
        `[auth] token_signing_keys: ${missing}: is not there`,
      ],
    });
    expect([made, missing].map((path) => existsSync(path))).toEqual([true, false]);
  });

  it('only warnings are for the log', async () => {
    const opened = await openWith({
      htpasswdFile: put('users', htpasswdText(USERS).repeat(2)),
      token: { ...token, signingKeyFiles: [join(directory, 'made.pem')] },
    });
    expect(opened.kind).toBe('opened');
    expect(silent.warn.mock.calls).toEqual(
      [3, 4].map((line) => [
        'configuration',
        {
          warning: `[auth] htpasswd: ${join(directory, 'users')}: line ${line}: is ignored: an earlier line has the same user`,
        },
      ]),
    );
    if (opened.kind === 'opened') await opened.opened.close();
  });
});
