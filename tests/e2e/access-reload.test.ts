/** The files of [auth] change while davit runs: what is good is in service at once, what is bad never. Bad ones at the start. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { editInPlace, renameOver } from '../../scripts/lab/writers';
import { startDavit, type Davit } from '../support/davit';
import * as site from '../support/guarded-site';
import { request } from '../support/http';
import { logLines, saidOf } from '../support/log-lines';
import { projectRoot } from '../support/project-root';
import { createTemporaryDirectory } from '../support/temporary-directory';
import { until } from '../support/until';

const { ALICE, BOB, CLOSED, OPEN, basicOf } = site;
/** Ten times while davit waits for a file to rest. */
const TOUCH_EVERY_MS = 10;
const ALICE_LATER = { ...ALICE, password: 'changed' };

const everything = { who: 'everyone', names: '**', access: 'pull' };
const pullBy = (user: string, names = CLOSED): object => ({ who: `user:${user}`, names, access: 'pull' });
const nobody = { who: 'everyone', names: CLOSED, access: 'none' };
const printAcl = (...rules: object[]): string => JSON.stringify({ rules });

let folder: string;
let aclFile: string;
let passwordFile: string;
let davit: Davit;

beforeEach(async () => {
  folder = createTemporaryDirectory();
  aclFile = join(folder, 'acl.json');
  passwordFile = join(folder, 'htpasswd');
  writeFileSync(aclFile, printAcl(pullBy('alice'), nobody, everything));
  const { config } = await site.publishGuardedTree(folder);
  davit = await startDavit({ config: { ...config, auth: { acl: aclFile, ...site.writePasswords(folder) } } });
});
afterEach(() => davit.stop());

type Header = [name: string, value: string];
const statusOf = async (name: string, ...headers: Header[]): Promise<number> =>
  (await request(davit.url, { path: `/v2/${name}/tags/list`, headers })).status;
const isLoggedIn = async (who: site.Credentials): Promise<boolean> => (await statusOf(OPEN, basicOf(who))) === 200;
const sees = async (who: site.Credentials): Promise<boolean> => (await statusOf(CLOSED, basicOf(who))) === 200;

async function fetchToken(who: site.Credentials): Promise<Header> {
  const { body } = await request(davit.url, {
    path: `/token?service=davit&scope=repository:${CLOSED}:pull`,
    headers: [basicOf(who)],
  });
  return ['Authorization', `Bearer ${(JSON.parse(body.toString()) as { token: string }).token}`];
}

const complaintsOf = (key: string): unknown[] =>
  logLines(davit)
    .filter((line) => line['level'] === 'warn' && line['key'] === key)
    .flatMap(({ mistakes }) => mistakes);

describe('the password file', () => {
  it('a changed password is in service, and the old one never again', async () => {
    expect([await isLoggedIn(ALICE), await isLoggedIn(ALICE_LATER)]).toEqual([true, false]);
    await site.replacePasswords(passwordFile, [ALICE_LATER, BOB]);
    await until('the new one is taken', () => isLoggedIn(ALICE_LATER));
    expect([await isLoggedIn(ALICE), await isLoggedIn(BOB)]).toEqual([false, true]);
  });

  it('a user who is removed is out at once, with the token', async () => {
    const token = await fetchToken(ALICE);
    expect(await statusOf(CLOSED, token)).toBe(200);
    await site.replacePasswords(passwordFile, [BOB]);
    await until('the user is out', async () => !(await isLoggedIn(ALICE)));
    expect(await statusOf(CLOSED, token)).toBe(401);
    // What is logged may come after the answer.
    await until('it is told', () => saidOf(davit, 'token refused').length > 0);
    expect(saidOf(davit, 'token refused')).toEqual([
      expect.objectContaining({ reason: 'is of a user who was removed' }),
    ]);
  });

  it.each([
    ['is gone', () => rmSync(passwordFile)],
    ['has a line that is none', () => writeFileSync(passwordFile, 'alice\n')],
  ])('one that %s changes nothing', async (_what, spoil) => {
    spoil();
    await until('it is told', () => complaintsOf('[auth] htpasswd').length > 0);
    expect(complaintsOf('[auth] htpasswd')).toEqual([expect.stringContaining(passwordFile)]);
    expect([await isLoggedIn(ALICE), await isLoggedIn(BOB)]).toEqual([true, true]);
    await site.replacePasswords(passwordFile, [ALICE_LATER]);
    await until('a good one is taken', () => isLoggedIn(ALICE_LATER));
  });

  it('one that is swapped as Kubernetes does it, behind a link to a directory, is in service', async () => {
    const put = async (version: string, who: site.Credentials): Promise<void> => {
      mkdirSync(join(folder, version));
      await site.replacePasswords(join(folder, version, 'htpasswd'), [who]);
      symlinkSync(version, join(folder, '..data.new'));
      renameSync(join(folder, '..data.new'), join(folder, '..data'));
    };
    await put('..1', ALICE);
    rmSync(passwordFile);
    symlinkSync('..data/htpasswd', passwordFile);
    await until('only alice is there', async () => (await isLoggedIn(ALICE)) && !(await isLoggedIn(BOB)));
    await put('..2', BOB);
    await until('bob is there', () => isLoggedIn(BOB));
    expect(await isLoggedIn(ALICE)).toBe(false);
  });

  it('SIGHUP reads it at once, also one that never rests', async () => {
    await site.replacePasswords(passwordFile, [ALICE_LATER]);
    // By itself, davit waits for it to rest.
    const touching = setInterval(() => utimesSync(passwordFile, new Date(), new Date()), TOUCH_EVERY_MS);
    try {
      davit.signal('SIGHUP');
      await until('it is in service', () => isLoggedIn(ALICE_LATER));
    } finally {
      clearInterval(touching);
    }
    expect(await isLoggedIn(ALICE)).toBe(false);
  });
});

describe('the access control list', () => {
  it('a changed rule decides, also on tokens that were issued before', async () => {
    const token = await fetchToken(ALICE);
    expect([await sees(ALICE), await sees(BOB), await statusOf(CLOSED, token)]).toEqual([true, false, 200]);
    await renameOver(aclFile, printAcl(pullBy('bob'), nobody, everything));
    await until('bob may', () => sees(BOB));
    expect([await statusOf(CLOSED, basicOf(ALICE)), await statusOf(CLOSED, token)]).toEqual([404, 404]);
  });

  it('one that is bad changes nothing, and the log says all that is wrong with it, once', async () => {
    await renameOver(aclFile, printAcl(pullBy('bob', 'demo/**/**x'), { ...nobody, who: 'group:nobody' }, everything));
    await until('it is told', () => complaintsOf('[auth] acl').length > 0);
    davit.signal('SIGHUP');
    await until('it was read again', () => saidOf(davit, 'reload').length > 0);
    expect([await sees(ALICE), await sees(BOB)]).toEqual([true, false]);
    await renameOver(aclFile, printAcl(pullBy('bob'), nobody, everything));
    await until('a good one decides', () => sees(BOB));
    // By now it was read as often as it was to be.
    expect(complaintsOf('[auth] acl')).toEqual([
      expect.stringContaining(`${aclFile}: /rules/0/names: `),
      expect.stringContaining(`${aclFile}: /rules/1/who: `),
    ]);
  });

  it('one that is half written is not taken for a whole one', async () => {
    const opened = printAcl(pullBy('bob'), pullBy('alice'), nobody, everything);
    await editInPlace(aclFile, opened, async (step) => {
      const isTold = (): boolean => complaintsOf('[auth] acl').length === (step === 'truncated' ? 1 : 2);
      await until(`what is ${step} was read`, isTold);
      expect([await sees(ALICE), await sees(BOB), await statusOf(CLOSED)]).toEqual([true, false, 401]);
    });
    await until('it decides', () => sees(BOB));
  });
});

it.each([1, 2])('bad files stop the start, with all that is wrong: workers = %d', (workers) => {
  const [acl, htpasswd] = [join(folder, 'bad.json'), join(folder, 'bad')];
  writeFileSync(acl, JSON.stringify({ rules: [{ who: 'user:', names: 'A', acess: 'pull' }] }));
  writeFileSync(htpasswd, 'alice:x\nbob\n');
  mkdirSync(join(folder, 'data'));
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(projectRoot(), 'dist/main.js'), 'serve'], {
    env: {
      PATH: process.env['PATH'],
      CRANE_CONFIG_PATH: '/dev/null',
      DAVIT_GENERAL_DATA_DIR: join(folder, 'data'),
      DAVIT_SERVER_LISTEN: '127.0.0.1:0',
      DAVIT_SERVER_WORKERS: String(workers),
      DAVIT_AUTH_ACL: acl,
      DAVIT_AUTH_HTPASSWD: htpasswd,
      DAVIT_AUTH_TOKEN_SIGNING_KEYS: join(folder, 'key.pem'),
    },
    encoding: 'utf8',
    timeout: 20_000,
  });
  expect([status, stdout]).toEqual([2, '']);
  const told = stderr.split('\n').filter((line) => line.startsWith('davit: configuration: ') || line.startsWith('  '));
  expect(stderr).not.toContain('alice:x');
  expect(told.map((line) => /\/rules\/0\S*|line \d+/.exec(line)?.[0])).toEqual(
    expect.arrayContaining(['/rules/0/who:', '/rules/0/names:', 'line 2']),
  );
});
