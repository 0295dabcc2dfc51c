/** https by a server of our own: what it speaks, how its certificate is renewed, and how it stops. */
import { once } from 'node:events';
import { copyFileSync, writeFileSync } from 'node:fs';
import { connect, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { defaultConfig } from '../../app/config/config';
import { findOrigin } from '../../app/http/request-origin';
import { ServerCertificate } from '../../app/http/server-certificate';
import { startServer, type ListeningServer } from '../../app/http/server';
import { createCertificate, type Certificate } from '../support/certificate';
import { fileFingerprint, fingerprintOf, openTls, shownFingerprint } from '../support/fingerprint';
import { createTemporaryDirectory } from '../support/temporary-directory';
import { ask, jsonAnswer, VERSION_HEADER } from './answers';
import { createTestFront, type LogLine } from './front';
import { exchange, formatRequest } from './raw-exchange';
import { repositories } from './repositories';

const LONG_MS = 20_000;
const REQUEST = 'GET /v2/ HTTP/1.1\r\nHost: registry.example.com\r\n\r\n';

let first: Certificate;
let second: Certificate;
beforeAll(async () => {
  [first, second] = await Promise.all([
    createCertificate(createTemporaryDirectory()),
    createCertificate(createTemporaryDirectory()),
  ]);
});

interface TlsServer {
  url: string;
  certificate: ServerCertificate;
  log: LogLine[];
  stop: ListeningServer['stop'];
  /** Puts another pair in the place of the one in service. */
  put: (pair: Partial<Certificate>) => void;
}

const running: TlsServer[] = [];
afterEach(() => Promise.all(running.splice(0).map(({ stop }) => stop(0))));

async function start(limits = defaultConfig().server.limits): Promise<TlsServer> {
  const folder = createTemporaryDirectory();
  const files = { certFile: join(folder, 'server.crt'), keyFile: join(folder, 'server.key') };
  const put: TlsServer['put'] = ({ certificateFile, keyFile }) => {
    if (certificateFile !== undefined) copyFileSync(certificateFile, files.certFile);
    if (keyFile !== undefined) copyFileSync(keyFile, files.keyFile);
  };
  put(first);
  const { front, log } = await createTestFront({ files: repositories });
  const record =
    (level: LogLine['level']) =>
    (message: string, fields: LogLine['fields'] = {}) =>
      void log.push({ level, message, fields });
  const logger = { error: record('error'), warn: record('warn'), info: record('info'), debug: record('debug') };
  const certificate = new ServerCertificate(files, logger);
  const { address, stop } = await startServer({ front, host: '127.0.0.1', port: 0, certificate, limits });
  const server = { url: `https://${address}`, certificate, log, stop, put };
  running.push(server);
  return server;
}

/** All that comes until the server hangs up. */
async function readToEnd(socket: TLSSocket): Promise<string> {
  let text = '';
  for await (const chunk of socket) text += (chunk as Buffer).toString('latin1');
  return text;
}

describe('what it speaks', () => {
  it('is the same as over http, one request after the other', async () => {
    const { url } = await start();
    expect(await ask(url, '/v2/')).toEqual(jsonAnswer(200, {}, VERSION_HEADER));
    const socket = await openTls(url);
    socket.write(REQUEST + formatRequest('GET', '/v1/_ping'));
    expect((await readToEnd(socket)).match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 200']);
  });

  it('is TLS 1.3 and 1.2, nothing older', async () => {
    const { url } = await start();
    for (const [options, version] of [
      [{}, 'TLSv1.3'],
      [{ maxVersion: 'TLSv1.2' }, 'TLSv1.2'],
    ] as const) {
      const socket = await openTls(url, options);
      expect(socket.getProtocol()).toBe(version);
      socket.destroy();
    }
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL@SECLEVEL=0' } as const;
    await expect(openTls(url, old)).rejects.toMatchObject({ code: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION' });
  });

  it('is 400 for what is no HTTP, inside TLS', async () => {
    const { url } = await start();
    const socket = await openTls(url);
    socket.write('hello\r\n\r\n');
    expect(await readToEnd(socket)).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
  });

  it('is https to whoever asks how the client came', async () => {
    const folder = createTemporaryDirectory();
    const { certificateFile: certFile, keyFile } = await createCertificate(folder);
    const certificate = new ServerCertificate({ certFile, keyFile }, { info: () => undefined } as never);
    const server = certificate.createServer({}, (request, response) => {
      response.end(JSON.stringify(findOrigin(request, () => false)));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect(JSON.parse((await ask(`https://${host}`, '/')).body)).toEqual({ scheme: 'https', host });
    await new Promise((resolve) => server.close(resolve));
  });

  it.each([
    ['plain http', REQUEST],
    ['no TLS', 'hello\r\n\r\n'],
  ])('is silence for %s, and goes on', async (_what, bytes) => {
    const { url } = await start();
    expect(await exchange(url, bytes)).toBe('');
    expect(await ask(url, '/v2/')).toMatchObject({ status: 200 });
  });
});

describe('renewing', () => {
  it('shows the new certificate to new connections; an open one goes on', async () => {
    const { url, certificate, log, put } = await start();
    const open = await openTls(url);
    expect(fingerprintOf(open)).toBe(fileFingerprint(first.certificateFile));
    put(second);
    expect(await shownFingerprint(url)).toBe(fileFingerprint(first.certificateFile));
    certificate.renew();
    expect(await shownFingerprint(url)).toBe(fileFingerprint(second.certificateFile));
    open.write(formatRequest('GET', '/v2/'));
    expect(await readToEnd(open)).toMatch(/^HTTP\/1\.1 200 /);
    const fields = { file: certificate.files.certFile, validUntil: expect.any(Date) as Date };
    expect(log).toEqual([
      { level: 'info', message: 'certificate in service', fields },
      { level: 'info', message: 'certificate renewed', fields },
    ]);
  });

  it('does not lead a session back to the old certificate', async () => {
    const { url, certificate, put } = await start();
    const open = await openTls(url, { maxVersion: 'TLSv1.2' });
    const session = open.getSession();
    open.destroy();
    const resume = (): Promise<TLSSocket> => openTls(url, { maxVersion: 'TLSv1.2', ...(session && { session }) });
    const before = await resume();
    put(second);
    certificate.renew();
    const after = await resume();
    expect([before.isSessionReused(), after.isSessionReused()]).toEqual([true, false]);
    expect(fingerprintOf(after)).toBe(fileFingerprint(second.certificateFile));
    before.destroy();
    after.destroy();
  });

  it('is refused where the pair cannot be used, and the one before stays', async () => {
    const { url, certificate, log, put } = await start();
    put({ certificateFile: second.certificateFile });
    certificate.renew();
    writeFileSync(certificate.files.certFile, '');
    certificate.renew();
    expect(await shownFingerprint(url)).toBe(fileFingerprint(first.certificateFile));
    const { certFile, keyFile } = certificate.files;
    const message = 'certificate not renewed; the one before stays in service';
    expect(log.slice(1)).toEqual([
      {
        level: 'error',
        message,
        fields: { reason: `[server] tls_key: ${keyFile}: is not the key of the first certificate in ${certFile}` },
      },
      { level: 'error', message, fields: { reason: `[server] tls_cert: ${certFile}: holds no certificate in PEM` } },
    ]);
    put(second);
    certificate.renew();
    expect(await shownFingerprint(url)).toBe(fileFingerprint(second.certificateFile));
  });

  it('before there is a server is left to its start', () => {
    const certificate = new ServerCertificate({ certFile: 'missing', keyFile: 'missing' }, {} as never);
    expect(() => certificate.renew()).not.toThrow();
    expect(() => certificate.createServer({}, () => undefined)).toThrow(
      '[server] tls_cert: missing: there is no such file',
    );
  });

  it.each([
    ['has expired', 3],
    ['is of the future', -1],
  ])('warns of a certificate that %s', async (_what, days) => {
    const { certificate, log } = await start();
    const now = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + days * 86_400_000);
    certificate.renew();
    now.mockRestore();
    const { certFile: file } = certificate.files;
    const time = expect.any(Date) as Date;
    expect(log.at(-1)).toEqual({
      level: 'warn',
      message: 'certificate renewed, but not valid now',
      fields: { file, validFrom: time, validUntil: time },
    });
  });
});

describe('stopping', () => {
  it('closes idle connections', async () => {
    const { url, stop } = await start();
    const socket = await openTls(url);
    socket.write(REQUEST);
    await once(socket, 'data');
    const startedAt = performance.now();
    await Promise.all([stop(LONG_MS), readToEnd(socket)]);
    expect(performance.now() - startedAt).toBeLessThan(LONG_MS / 2);
  });

  it.each([
    ['never begins a handshake', ''],
    ['stops in the middle of one', '\x16\x03\x01\x02\x00\x01\x00'],
  ])('cuts a client that %s after the grace', async (_what, bytes) => {
    const { url, stop } = await start();
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    await new Promise((resolve) => socket.write(bytes, 'latin1', resolve));
    // An answer on another connection: the server has seen this one.
    await ask(url, '/v2/');
    const startedAt = performance.now();
    await Promise.all([stop(100), once(socket, 'close')]);
    expect(performance.now() - startedAt).toBeLessThan(LONG_MS / 2);
  });

  it('cuts a request that stops in the middle', async () => {
    const { url, stop } = await start();
    const socket = await openTls(url);
    let received = '';
    socket.on('error', () => undefined).on('data', (chunk: Buffer) => (received += chunk.toString('latin1')));
    await new Promise((resolve) => socket.write(REQUEST.slice(0, 20), resolve));
    await ask(url, '/v2/');
    await Promise.all([stop(100), once(socket, 'close')]);
    expect(received).toBe('');
  });
});

it('who is quiet is disconnected after the idle time', async () => {
  const idleTimeoutMs = 400;
  const { url } = await start({ ...defaultConfig().server.limits, idleTimeoutMs });
  const socket = await openTls(url);
  socket.write(REQUEST);
  await once(socket, 'data');
  const startedAt = performance.now();
  await once(socket, 'close');
  expect(performance.now() - startedAt).toBeGreaterThan(idleTimeoutMs - 10);
});
