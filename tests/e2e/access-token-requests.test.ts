/** The token service of davit itself: what is asked of it wrongly, and how long what it gives is good. */
import { execFileSync } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { renameOver } from '../../scripts/lab/writers';
import { createEcKeys, signByHand } from '../access/hand-made-tokens';
import { startDavit, type CraneConf, type Davit } from '../support/davit';
import * as site from '../support/guarded-site';
import { request, type HttpAnswer } from '../support/http';
import { logLines } from '../support/log-lines';
import { jsonOf } from '../support/spec-error';
import { createTemporaryDirectory } from '../support/temporary-directory';
import { until } from '../support/until';

const { ALICE, CLOSED, OPEN, basicOf } = site;
type Header = [name: string, value: string];
const FORM: Header = ['Content-Type', 'application/x-www-form-urlencoded'];

let folder: string;
let config: CraneConf;
let davit: Davit;

beforeEach(async () => {
  folder = createTemporaryDirectory();
  config = { ...(await site.publishGuardedTree(folder)).config, auth: site.writePasswords(folder) };
  davit = await startDavit({ config });
});
afterEach(() => davit.stop());

const ask = (body: string | Buffer, ...headers: Header[]): Promise<HttpAnswer> =>
  request(davit.url, { method: 'POST', path: '/token', headers: [FORM, ...headers], body });
const errors = (): unknown[] => logLines(davit).filter(({ level }) => level === 'error');

interface Parts {
  header: { kid: string };
  claims: Record<string, unknown>;
}
const partsOf = (token: string): Parts => {
  const [header, claims] = token
    .split('.')
    .slice(0, 2)
    .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()) as object);
  return { header, claims } as Parts;
};
async function fetchToken(): Promise<string> {
  const form = { username: ALICE.user, password: ALICE.password, scope: `repository:${CLOSED}:pull` };
  const answer = await ask(new URLSearchParams(form).toString());
  return (jsonOf(answer) as { token: string }).token;
}
const statusWith = async (token: string, name = CLOSED): Promise<number> => {
  const headers: Header[] = [['Authorization', `Bearer ${token}`]];
  return (await request(davit.url, { path: `/v2/${name}/tags/list`, headers })).status;
};

it.each<[string, number, string | Buffer, Header[]]>([
  ['far too long', 413, 'x='.padEnd(100_000, 'x'), []],
  ['that grows when it is unpacked', 413, gzipSync('x='.padEnd(1e6, 'x')), [['Content-Encoding', 'gzip']]],
  ['that cannot be unpacked', 400, 'x=y', [['Content-Encoding', 'gzip']]],
  ['packed in a way nobody knows', 415, 'x=y', [['Content-Encoding', 'nope']]],
  ['for another kind of grant', 400, 'grant_type=refresh_token&refresh_token=x', []],
])('a form %s is the fault of the client, and not logged', async (_what, status, body, headers) => {
  const answer = await ask(body, ...headers);
  expect([answer.status, jsonOf(answer)]).toEqual([
    status,
    { error: expect.stringMatching(/^(invalid|unsupported)_/) as string },
  ]);
  expect(errors()).toEqual([]);
});

it('a client that goes away in the middle of its form is not logged', async () => {
  const socket = connect(Number(new URL(davit.url).port), '127.0.0.1');
  await once(socket, 'connect');
  socket.write('POST /token HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nusername=');
  socket.end();
  await once(socket.resume(), 'close');
  expect(await statusWith(await fetchToken())).toBe(200);
  expect(errors()).toEqual([]);
});

it('a user of the form with a wrong password is told so, whatever the header says', async () => {
  const answer = await ask('username=alice&password=x', basicOf(ALICE));
  expect([answer.status, answer.headers['www-authenticate']]).toEqual([401, 'Basic realm="davit"']);
});

it('a flood of wrong passwords does not stop pulls, nor users who were there before', async () => {
  // Takes some 15 ms to check, so that all places are taken; not more, as the threads give way to whatever else the machine does.
  const slow = execFileSync('htpasswd', ['-nbB', '-C', '8', 'carol', 'secret'], { encoding: 'utf8' });
  const carol = { user: 'carol', password: 'secret' };
  await renameOver(join(folder, 'htpasswd'), slow);
  const asCarol = (): Promise<HttpAnswer> =>
    request(davit.url, { path: `/v2/${CLOSED}/tags/list`, headers: [basicOf(carol)] });
  await until('carol is known', async () => (await asCarol()).status === 200);
  const flood = Array.from({ length: 150 }, async (_, at) => (await ask(`username=carol&password=wrong-${at}`)).status);
  for (let pulled = 0; pulled < 20; pulled++) {
    const { status } = await request(davit.url, { path: `/v2/${OPEN}/tags/list` });
    expect([status, (await asCarol()).status]).toEqual([200, 200]);
  }
  expect([...new Set(await Promise.all(flood))].sort()).toEqual([401, 503]);
});

it('tokens outlive a restart', async () => {
  const token = await fetchToken();
  await davit.stop();
  davit = await startDavit({ config });
  expect(await statusWith(token)).toBe(200);
});

it('a token cannot be had for a token', async () => {
  const answer = await request(davit.url, {
    path: `/token?scope=repository:${CLOSED}:pull`,
    headers: [['Authorization', `Bearer ${await fetchToken()}`]],
  });
  expect(answer.status).toBe(401);
});

it('a token that was changed, or made by somebody else, is good for nothing, not even for what is public', async () => {
  const token = await fetchToken();
  const { header, claims } = partsOf(token);
  const own = createPrivateKey(readFileSync(join(folder, 'token-key.pem')));
  const make = (changes: object, key = own): string =>
    signByHand({ alg: 'ES256', ...header }, { ...claims, ...changes }, key);
  expect([await statusWith(make({})), await statusWith(make({ exp: 1e9 }))]).toEqual([200, 401]);
  for (const bad of [make({ exp: 1e9 }), make({}, createEcKeys().privateKey), token.slice(0, -2), `${token}x`]) {
    expect([await statusWith(bad), await statusWith(bad, OPEN)]).toEqual([401, 401]);
  }
});

it('another signing key is in service when its file is changed', async () => {
  const token = await fetchToken();
  await renameOver(
    join(folder, 'token-key.pem'),
    createEcKeys().privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  );
  await until('the old token is refused', async () => (await statusWith(token)) === 401);
  expect(await statusWith(await fetchToken())).toBe(200);
});
