/** As many connections as may be, and no more: those that are there are served, and new ones are taken when others go. */
import { defaultConfig } from '../../app/config/config';
import type { ServerLimits } from '../../app/config/limits';
import { ServerCertificate } from '../../app/http/server-certificate';
import { startServer } from '../../app/http/server';
import { createCertificate, type Certificate } from '../support/certificate';
import { openTls } from '../support/fingerprint';
import { openRaw, statusesOf, watchConnection, type RawConnection } from '../support/raw-connection';
import { createTemporaryDirectory } from '../support/temporary-directory';
import { until } from '../support/until';
import { ask } from './answers';
import { createTestFront, recordLog, type LogLine } from './front';
import { repositories } from './repositories';

/** Long enough to connect, also by TLS, where the machine is busy with something else. */
const SOON_MS = 1500;
/** Begins a hello as long as one may be: byte by byte, it takes longer than anybody waits for it here. */
const HELLO = '\x16\x03\x01\x40\x00\x01\x00\x3f\xfc';
const PULL = 'GET /v2/demo/five/manifests/only1 HTTP/1.1\r\nHost: registry.example.com\r\n\r\n';

let certificateFiles: Certificate;
beforeAll(async () => {
  certificateFiles = await createCertificate(createTemporaryDirectory());
});

const stops: (() => Promise<void>)[] = [];
afterEach(() => Promise.all(stops.splice(0).map((stop) => stop())));

async function start(scheme: 'http' | 'https', limits: Partial<ServerLimits>) {
  const { front } = await createTestFront({ files: repositories });
  const log: LogLine[] = [];
  const logger = recordLog(log);
  const { certificateFile: certFile, keyFile } = certificateFiles;
  const { address, stop } = await startServer({
    ...{ front, host: '127.0.0.1', port: 0, logger },
    ...(scheme === 'https' && { certificate: new ServerCertificate({ certFile, keyFile }, logger) }),
    limits: { ...defaultConfig().server.limits, ...limits },
  });
  stops.push(() => stop(0));
  const measure = async (name: string): Promise<number> => {
    const [, value] = new RegExp(`^${name} (\\d+)$`, 'm').exec(await front.metrics.render()) ?? [];
    return Number(value);
  };
  return { url: `${scheme}://${address}`, log, measure };
}

const open = async (url: string): Promise<RawConnection> =>
  url.startsWith('https:') ? watchConnection(await openTls(url)) : openRaw(url);

async function pullOn({ socket, received }: RawConnection): Promise<void> {
  const before = statusesOf(received()).length;
  socket.write(PULL);
  await until('it is answered', () => statusesOf(received()).length > before && received().endsWith('\r\n\r\n'));
  expect(statusesOf(received()).at(-1)).toBe(302);
}

describe.each(['http', 'https'] as const)('%s', (scheme) => {
  it('connections beyond the limit are closed; the others are served; one that goes makes room', async () => {
    const { url, log, measure } = await start(scheme, { maxConnections: 5 });
    const connections = await Promise.all(Array.from({ length: 5 }, () => open(url)));
    for (const connection of connections) await pullOn(connection);
    expect(await measure('davit_connections')).toBe(5);

    for (let count = 0; count < 20; count++) expect(await (await openRaw(url)).ended).toBe('');
    expect(await measure('davit_connections_refused_total')).toBe(20);
    expect(log.filter(({ level }) => level !== 'info')).toEqual([
      {
        level: 'warn',
        message: 'connections refused: there are as many as may be',
        fields: { maxConnections: 5 },
      },
    ]);
    for (const connection of connections) await pullOn(connection);

    connections[0]?.socket.destroy();
    await until('it is gone', async () => (await measure('davit_connections')) === 4);
    await pullOn(await open(url));
  });

  it('who never asks anything is disconnected, and makes room', async () => {
    const { url, measure } = await start(scheme, { maxConnections: 3, headerTimeoutMs: SOON_MS });
    const silent = await Promise.all(Array.from({ length: 3 }, () => open(url)));
    expect(await Promise.all(silent.map(({ ended }) => ended))).toEqual(['', '', '']);
    await until('they are gone', async () => (await measure('davit_connections')) === 0);
    expect(await ask(url, '/v2/')).toMatchObject({ status: 200 });
  });
});

describe('the handshake of TLS', () => {
  it.each([
    ['never begins', '', ''],
    ['stops in the middle', HELLO, ''],
    ['goes on byte by byte', HELLO, '\0'],
  ])('has the time of the headers, when it %s', async (_what, first, more) => {
    const { url, measure } = await start('https', { headerTimeoutMs: SOON_MS });
    const startedAt = performance.now();
    const { socket, ended, isClosed } = await openRaw(url);
    socket.write(first, 'latin1');
    await until('it is cut', () => {
      if (!socket.destroyed) socket.write(more, 'latin1');
      return isClosed();
    });
    expect(await ended).toBe('');
    expect(performance.now() - startedAt).toBeGreaterThan(SOON_MS - 10);
    await until('it is gone', async () => (await measure('davit_connections')) === 0);
    expect(await ask(url, '/v2/')).toMatchObject({ status: 200 });
  });

  it('is followed by headers that have time, too', async () => {
    const { url } = await start('https', { headerTimeoutMs: SOON_MS });
    const connection = await open(url);
    connection.socket.write(PULL.slice(0, 20));
    expect(statusesOf(await connection.ended)).toEqual([408]);
  });
});
