/** davit with a certificate of its own: real clients that check it, its renewal on SIGHUP, with workers too, and bad starts. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSchema2Image } from '../../scripts/lab/image';
import { Publisher } from '../../scripts/lab/publisher';
import { createCertificate, type Certificate } from '../support/certificate';
import { createClients, type ClientResult, type Clients } from '../support/clients';
import { startDavit, type CraneConf, type Davit } from '../support/davit';
import { fileFingerprint, shownFingerprint } from '../support/fingerprint';
import { projectRoot } from '../support/project-root';
import { createTemporaryDirectory } from '../support/temporary-directory';
import { until } from '../support/until';
import { startWorkers, type Workers } from '../support/workers';

const image = createSchema2Image();
const RENEWED = 'certificate renewed';
const KEPT = 'certificate not renewed; the one before stays in service';

let clients: Clients;
let publisher: Publisher;
let first: Certificate;
let second: Certificate;

beforeAll(async () => {
  clients = await createClients();
  publisher = new Publisher(createTemporaryDirectory());
  const manifests = [{ manifest: image, tags: ['latest'] }];
  await publisher.publish({ id: 'hello', name: 'demo/hello', version: 5, manifests });
  first = await createCertificate(createTemporaryDirectory());
  second = await createCertificate(createTemporaryDirectory());
});
afterAll(() => clients.remove());

/** The pair in service, which each test starts as the first one. */
let pair: Certificate;
/** As tools put it: a file is complete, or not there yet. */
function put({ certificateFile, keyFile }: Certificate): void {
  for (const [from, to] of [
    [certificateFile, pair.certificateFile],
    [keyFile, pair.keyFile],
  ] as const) {
    copyFileSync(from, `${to}.new`);
    renameSync(`${to}.new`, to);
  }
}

let davit: Davit | undefined;
beforeEach(() => {
  const folder = createTemporaryDirectory();
  pair = { certificateFile: join(folder, 'server.crt'), keyFile: join(folder, 'server.key') };
  put(first);
});
afterEach(async () => {
  await davit?.stop();
  davit = undefined;
});

const config = (): CraneConf => ({
  general: { data_dir: join(publisher.published, 'v2/app') },
  server: { tls_cert: pair.certificateFile, tls_key: pair.keyFile },
  serve_content: { enable: true, use_x_sendfile: false, content_dir_v2: join(publisher.published, 'v2/web') },
});

const linesOf = (running: Davit): Record<string, unknown>[] =>
  running
    .output()
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);

const saysOf = (running: Davit, message: string): unknown[] =>
  linesOf(running)
    .filter((line) => line['message'] === message)
    .map(({ worker }) => worker);

/** A directory with what a client is to trust. */
function trust({ certificateFile }: Certificate): string {
  const folder = createTemporaryDirectory();
  copyFileSync(certificateFile, join(folder, 'ca.crt'));
  return folder;
}

describe('a client that trusts the certificate', () => {
  it('pulls: skopeo, also after a renewal', async () => {
    const running = (davit = await startDavit({ config: config() }));
    const source = `docker://${new URL(running.url).host}/demo/hello:latest`;
    const target = join(createTemporaryDirectory(), 'copy');
    const copy = (trusted: Certificate): Promise<ClientResult> =>
      clients.skopeo('copy', '--src-cert-dir', trust(trusted), source, `dir:${target}`);
    const isUnknown = { exitCode: 1, stderr: expect.stringContaining('x509: certificate') as string };
    expect(await copy(first)).toMatchObject({ exitCode: 0 });
    expect(readFileSync(join(target, 'manifest.json'))).toEqual(image.bytes);
    expect(await copy(second)).toMatchObject(isUnknown);
    put(second);
    running.signal('SIGHUP');
    await until('it is renewed', () => saysOf(running, RENEWED).length > 0);
    expect(await copy(second)).toMatchObject({ exitCode: 0 });
    expect(await copy(first)).toMatchObject(isUnknown);
  });

  it('pulls: podman', async () => {
    const { url } = (davit = await startDavit({ config: config() }));
    const reference = `${new URL(url).host}/demo/hello:latest`;
    const result = await clients.podman('pull', '--quiet', '--cert-dir', trust(first), reference);
    expect(result).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^[0-9a-f]{64}\n$/) as string });
  });
});

describe('SIGHUP', () => {
  it('renews the certificate; a pair that does not fit changes nothing', async () => {
    const running = (davit = await startDavit({ config: config() }));
    expect(await shownFingerprint(running.url)).toBe(fileFingerprint(first.certificateFile));
    put({ ...first, certificateFile: second.certificateFile });
    running.signal('SIGHUP');
    await until('it says so', () => saysOf(running, KEPT).length > 0);
    expect(await shownFingerprint(running.url)).toBe(fileFingerprint(first.certificateFile));
    expect(linesOf(running)).toContainEqual(
      expect.objectContaining({
        level: 'error',
        message: KEPT,
        reason: `[server] tls_key: ${pair.keyFile}: is not the key of the first certificate in ${pair.certificateFile}`,
      }),
    );
    put(second);
    running.signal('SIGHUP');
    await until('it is renewed', () => saysOf(running, RENEWED).length > 0);
    expect(await shownFingerprint(running.url)).toBe(fileFingerprint(second.certificateFile));
    expect(await running.stop()).toBe(0);
  });

  it('reaches every worker', async () => {
    const running: Workers = (davit = await startWorkers(2, config()));
    const shown = (): Promise<string[]> =>
      Promise.all([1, 2].map((number) => running.whileAlone(number, () => shownFingerprint(running.url))));
    const [old, renewed] = [first, second].map(({ certificateFile }) => fileFingerprint(certificateFile));
    expect(saysOf(running, 'certificate in service').sort()).toEqual([1, 2]);
    expect(await shown()).toEqual([old, old]);
    writeFileSync(pair.keyFile, '');
    running.signal('SIGHUP');
    await until('both say so', () => saysOf(running, KEPT).length === 2);
    expect(await shown()).toEqual([old, old]);
    put(second);
    running.signal('SIGHUP');
    await until('both are renewed', () => saysOf(running, RENEWED).length === 2);
    expect(await shown()).toEqual([renewed, renewed]);
    expect(await running.ask(1, '/v2/demo/hello/tags/list')).toMatchObject({ status: 200 });
  });
});

it('a worker that comes when the pair is bad waits until it is good, and the others serve', async () => {
  const running: Workers = (davit = await startWorkers(2, config()));
  const killed = running.pids().get(1) ?? 0;
  rmSync(pair.certificateFile);
  process.kill(killed, 'SIGKILL');
  const reason = `[server] tls_cert: ${pair.certificateFile}: there is no such file`;
  await until(
    'it says why',
    () => linesOf(running).some((line) => line['message'] === 'worker cannot listen' && line['reason'] === reason),
    { timeoutMs: 30_000 },
  );
  expect(await shownFingerprint(running.url)).toBe(fileFingerprint(first.certificateFile));
  put(second);
  await until('it listens', () => running.pids().get(1) !== killed, { timeoutMs: 30_000 });
  expect(await running.whileAlone(1, () => shownFingerprint(running.url))).toBe(
    fileFingerprint(second.certificateFile),
  );
});

it.each([1, 2])('a bad pair is told in one line, and nothing starts: workers = %d', (workers) => {
  const folder = createTemporaryDirectory();
  mkdirSync(join(folder, 'data'));
  const environment = {
    PATH: process.env['PATH'],
    CRANE_CONFIG_PATH: '/dev/null',
    DAVIT_GENERAL_DATA_DIR: join(folder, 'data'),
    DAVIT_SERVER_LISTEN: '127.0.0.1:0',
    DAVIT_SERVER_WORKERS: String(workers),
    DAVIT_SERVER_TLS_CERT: first.certificateFile,
    DAVIT_SERVER_TLS_KEY: second.keyFile,
  };
  const program = join(projectRoot(), 'dist/main.js');
  const { status, stderr } = spawnSync(process.execPath, [program, 'serve'], {
    env: environment,
    encoding: 'utf8',
    timeout: 20_000,
  });
  expect([status, stderr]).toEqual([
    2,
    `davit: configuration: [server] tls_key: ${second.keyFile}: ` +
      `is not the key of the first certificate in ${first.certificateFile}\n`,
  ]);
});
