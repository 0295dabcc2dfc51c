/**
 * Today's clients that no test can run everywhere, emulated on the wire, on one registry with a public and a private
 * repository: over http and over https, with passwords in a file and tokens from davit itself.
 */
import { createCertificate } from '../support/certificate';
import { startDavit, type CraneConf, type Davit } from '../support/davit';
import * as site from '../support/guarded-site';
import { request } from '../support/http';
import { errorCodesOf, jsonOf } from '../support/spec-error';
import { createTemporaryDirectory } from '../support/temporary-directory';
import { logIn, pullToday, type TodayClient } from '../support/today-clients';

const { ALICE, CLOSED, OPEN, basicOf } = site;
const WRONG = { ...ALICE, password: 'wrong' };
const CLIENTS: TodayClient[] = ['crane', 'docker', 'containerd', 'oras'];

const bytesOf = (name: typeof OPEN | typeof CLOSED): Buffer => site.v2Content[name].schema2.bytes;

let config: CraneConf;
beforeAll(async () => {
  const folder = createTemporaryDirectory();
  config = { ...(await site.publishGuardedTree(folder)).config, auth: site.writePasswords(folder) };
});

describe.each(['http', 'https'])('over %s', (scheme) => {
  let davit: Davit;
  beforeAll(async () => {
    const { certificateFile, keyFile } = await createCertificate(createTemporaryDirectory());
    const server = scheme === 'https' ? { tls_cert: certificateFile, tls_key: keyFile } : {};
    davit = await startDavit({ config: { ...config, server } });
  });
  afterAll(() => davit.stop());

  describe.each(CLIENTS)('%s', (client) => {
    const pull = async (name: string, login?: site.Credentials): Promise<Buffer> =>
      (await pullToday(client, { registry: davit.url, name, login })).manifest;

    it('pulls what is public, without credentials and with them', async () => {
      expect(await pull(OPEN)).toEqual(bytesOf(OPEN));
      expect(await pull(OPEN, ALICE)).toEqual(bytesOf(OPEN));
    });

    it('pulls what is private with credentials only', async () => {
      expect(await pull(CLOSED, ALICE)).toEqual(bytesOf(CLOSED));
      await expect(pull(CLOSED)).rejects.toThrow('401');
      await expect(pull(CLOSED, WRONG)).rejects.toThrow('failed to fetch a token: 401');
    });

    it('sees no difference between what is private and what is not there', async () => {
      const tell = (name: string): Promise<string> =>
        pullToday(client, { registry: davit.url, name }).then(
          () => 'pulled',
          (error: unknown) => (error as Error).message.replaceAll(name, '<name>'),
        );
      expect(await tell(CLOSED)).toBe(await tell('demo/nothing'));
    });
  });

  it('docker logs in with the right password only', async () => {
    await logIn(davit.url, ALICE);
    await expect(logIn(davit.url, WRONG)).rejects.toThrow('failed to fetch a token: 401');
    await expect(logIn(davit.url, { user: 'nobody', password: 'x' })).rejects.toThrow('failed to fetch a token: 401');
  });

  it.each([
    ['with Basic at once', [basicOf(ALICE)], [200, 200]],
    ['with a wrong password', [basicOf(WRONG)], [401, 401]],
    ['with an empty Basic', [basicOf({ user: '', password: '' })], [200, 401]],
    ['with nothing', [], [200, 401]],
  ] as const)('a script %s', async (_how, headers, [open, closed]) => {
    for (const [name, status] of [
      [OPEN, open],
      [CLOSED, closed],
    ] as const) {
      const answer = await request(davit.url, { path: `/v2/${name}/tags/list`, headers: [...headers] });
      expect([answer.status, status === 200 ? jsonOf(answer) : errorCodesOf(answer)]).toEqual([
        status,
        status === 200 ? { name, tags: ['latest'] } : ['UNAUTHORIZED'],
      ]);
    }
  });
});

describe('requests', () => {
  let davit: Davit;
  beforeAll(async () => {
    davit = await startDavit({ config });
  });
  afterAll(() => davit.stop());

  it('containerd gets its token with the form, and needs none for what is public', async () => {
    const { requests } = await pullToday('containerd', { registry: davit.url, name: CLOSED, login: ALICE });
    expect(requests.slice(0, 3)).toEqual([
      `HEAD /v2/${CLOSED}/manifests/latest 401`,
      'POST /token 200',
      `HEAD /v2/${CLOSED}/manifests/latest 200`,
    ]);
    const open = await pullToday('containerd', { registry: davit.url, name: OPEN });
    expect(open.requests.filter((line) => !line.endsWith(' 200'))).toEqual([]);
  });

  it('the token service is /auth, too', async () => {
    const query = new URLSearchParams({ service: 'davit', scope: `repository:${CLOSED}:pull` }).toString();
    const { body } = await request(davit.url, { path: `/auth?${query}`, headers: [basicOf(ALICE)] });
    const { token } = JSON.parse(body.toString()) as { token: string };
    const path = `/v2/${CLOSED}/tags/list`;
    expect(await request(davit.url, { path, headers: [['Authorization', `Bearer ${token}`]] })).toMatchObject({
      status: 200,
    });
  });
});
