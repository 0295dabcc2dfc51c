/** Access control with several workers: one key for all, whoever starts first, and files that change reach each of them. */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClients } from '../support/clients';
import * as site from '../support/guarded-site';
import { request, type HttpAnswer } from '../support/http';
import { saidOf } from '../support/log-lines';
import { createOldDocker } from '../support/old-docker/old-docker';
import { createTemporaryDirectory } from '../support/temporary-directory';
import { until } from '../support/until';
import { startWorkers, type Workers } from '../support/workers';

const { ALICE, BOB, CLOSED, CLOSED_V1, basicOf } = site;
const NUMBERS = [1, 2];
const TAGS = `/v2/${CLOSED}/tags/list`;

let folder: string;
let workers: Workers;

beforeEach(async () => {
  folder = createTemporaryDirectory();
  const { config } = await site.publishGuardedTree(folder);
  workers = await startWorkers(NUMBERS.length, { ...config, auth: site.writePasswords(folder) });
});
afterEach(() => workers.stop());

type Header = [name: string, value: string];

/** Answered by that worker. */
const askOf = (worker: number, path: string, ...headers: Header[]): Promise<HttpAnswer> =>
  workers.whileAlone(worker, () => request(workers.url, { path, headers }));

async function fetchToken(worker: number): Promise<Header> {
  const path = `/token?service=davit&scope=repository:${CLOSED}:pull`;
  const { body } = await askOf(worker, path, basicOf(ALICE));
  return ['Authorization', `Bearer ${(JSON.parse(body.toString()) as { token: string }).token}`];
}

const statusesOf = async (path: string, ...headers: Header[]): Promise<number[]> => {
  const statuses: number[] = [];
  for (const number of NUMBERS) statuses.push((await askOf(number, path, ...headers)).status);
  return statuses;
};

it('what one has issued the other accepts', async () => {
  for (const number of NUMBERS) {
    expect(await statusesOf(TAGS, await fetchToken(number))).toEqual([200, 200]);
    const { headers } = await askOf(number, `/v1/repositories/${CLOSED_V1}/images`, basicOf(ALICE));
    const token: Header = ['Authorization', `Token ${String(headers['x-docker-token'])}`];
    expect(await statusesOf(`/v1/repositories/${CLOSED_V1}/tags`, token)).toEqual([200, 200]);
  }
  const keys: string[] = [];
  for (const number of NUMBERS) keys.push((await askOf(number, '/.well-known/jwks.json')).body.toString());
  expect(new Set(keys).size).toBe(1);
  expect(readdirSync(folder).filter((name) => name.startsWith('token-key'))).toEqual(['token-key.pem']);
});

it('a worker that comes later accepts what was issued before', async () => {
  const token = await fetchToken(1);
  const killed = workers.pids().get(1) ?? 0;
  process.kill(killed, 'SIGKILL');
  await until('it is replaced', () => workers.pids().get(1) !== killed, { timeoutMs: 30_000 });
  expect(await statusesOf(TAGS, token)).toEqual([200, 200]);
});

it('a changed password and SIGHUP reach all of them', async () => {
  const later = { ...ALICE, password: 'changed' };
  expect(await statusesOf(TAGS, basicOf(ALICE))).toEqual([200, 200]);
  await site.replacePasswords(join(folder, 'htpasswd'), [later, BOB]);
  workers.signal('SIGHUP');
  await until('both have read it', () => {
    const lines = saidOf(workers, 'a file of [auth] was read again');
    return new Set(lines.map(({ worker }) => worker)).size === NUMBERS.length;
  });
  expect(await statusesOf(TAGS, basicOf(ALICE))).toEqual([401, 401]);
  expect(await statusesOf(TAGS, basicOf(later))).toEqual([200, 200]);
});

it('a worker that comes while a file is bad waits until it is good, and the others serve', async () => {
  writeFileSync(join(folder, 'htpasswd'), 'alice\n');
  const killed = workers.pids().get(1) ?? 0;
  process.kill(killed, 'SIGKILL');
  await until('it says why', () => saidOf(workers, 'worker cannot listen').length > 0, { timeoutMs: 30_000 });
  expect(saidOf(workers, 'worker cannot listen')[0]).toMatchObject({
    worker: 1,
    reason: expect.stringContaining(`[auth] htpasswd: ${join(folder, 'htpasswd')}: line 1: `) as string,
  });
  expect((await request(workers.url, { path: TAGS, headers: [basicOf(BOB)] })).status).toBe(200);
  await site.replacePasswords(join(folder, 'htpasswd'), [BOB]);
  await until('it listens', () => workers.pids().get(1) !== killed, { timeoutMs: 30_000 });
  await until('all know', async () => (await statusesOf(TAGS, basicOf(ALICE))).every((status) => status === 401));
  expect(await statusesOf(TAGS, basicOf(BOB))).toEqual([200, 200]);
});

it('clients pull what is private, whoever answers', async () => {
  const clients = await createClients();
  const reference = `docker://${new URL(workers.url).host}/${CLOSED}:latest`;
  const creds = ['--src-creds', `${ALICE.user}:${ALICE.password}`];
  for (const name of ['one', 'two', 'three']) {
    const target = `dir:${join(clients.folder, name)}`;
    expect(await clients.skopeo('copy', '--src-tls-verify=false', ...creds, reference, target)).toMatchObject({
      exitCode: 0,
    });
    const docker = createOldDocker({ era: '1.8-1.9', registry: workers.url, login: ALICE });
    expect(await docker.pull(CLOSED_V1, 'latest')).toMatchObject({ protocol: 'v1' });
  }
  await clients.remove();
});
