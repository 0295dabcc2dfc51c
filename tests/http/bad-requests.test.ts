/** What never becomes a request is told so in JSON, in its turn, and the connection is closed; nothing else is disturbed. */
import { defaultConfig } from '../../app/config/config';
import type { ServerLimits } from '../../app/config/limits';
import { startServer } from '../../app/http/server';
import type { Lookup } from '../../app/redirects/lookup';
import { openRaw, statusesOf, type RawConnection } from '../support/raw-connection';
import { until } from '../support/until';
import { alterIndex } from './altered-index';
import { ask, specError } from './answers';
import { createIndex, createTestFront, recordLog, type LogLine, type TestFrontOptions } from './front';
import { repositories } from './repositories';

const HOST = 'Host: registry.example.com\r\n';
const GOOD = `GET /v2/ HTTP/1.1\r\n${HOST}\r\n`;
const PULL = `GET /v2/demo/five/manifests/only1 HTTP/1.1\r\n${HOST}\r\n`;

const MALFORMED = specError('UNSUPPORTED', 'this is not a valid HTTP/1.1 request', {});
const LATE = specError('UNSUPPORTED', 'the request was not complete in time', {});
const TOO_LONG = specError('UNSUPPORTED', 'the headers of the request are too long or too many', {});

/** Long enough to ask, where the machine is busy with something else. */
const SOON_MS = 1000;

interface Server {
  url: string;
  log: LogLine[];
  metrics: () => Promise<string[]>;
}

const stops: (() => Promise<void>)[] = [];
afterEach(() => Promise.all(stops.splice(0).map((stop) => stop())));

async function start(
  limits: Partial<ServerLimits> = {},
  options: TestFrontOptions = { files: repositories },
): Promise<Server> {
  const { front } = await createTestFront(options);
  const log: LogLine[] = [];
  const { address, stop } = await startServer({
    ...{ front, host: '127.0.0.1', port: 0, logger: recordLog(log) },
    limits: { ...defaultConfig().server.limits, ...limits },
  });
  stops.push(() => stop(0));
  const metrics = async (): Promise<string[]> => (await front.metrics.render()).split('\n');
  return { url: `http://${address}`, log, metrics };
}

async function send(url: string, bytes: string): Promise<RawConnection> {
  const connection = await openRaw(url);
  connection.socket.write(bytes, 'latin1');
  return connection;
}

const bodyOf = (answer: string): unknown => JSON.parse(answer.slice(answer.lastIndexOf('\r\n\r\n')));

describe('bytes that are no request', () => {
  it.each([
    ['the hello of TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
    ['binary junk', Buffer.from(Array.from({ length: 4096 }, (_, at) => (at * 167) % 256)).toString('latin1')],
    ['zeros', '\0'.repeat(100_000)],
    ['a protocol of its own', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['a line that never ends', `GET /${'a'.repeat(10)} \n`],
    ['a method that there is not', `BREW /v2/ HTTP/1.1\r\n${HOST}\r\n`],
    ['a length that is no number', `GET /v2/ HTTP/1.1\r\n${HOST}Content-Length: x\r\n\r\n`],
    ['two lengths', `GET /v2/ HTTP/1.1\r\n${HOST}Content-Length: 1\r\nContent-Length: 2\r\n\r\n`],
    ['a length and chunks', `GET /v2/ HTTP/1.1\r\n${HOST}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n`],
  ])('%s: 400', async (_what, bytes) => {
    const { url } = await start();
    const answer = await (await send(url, bytes)).ended;
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\nDocker-Distribution-API-Version: registry\/2\.0\r\n/);
    expect(answer).toMatch(/^Content-Type: application\/json\r\n/m);
    expect(answer).toMatch(/^Connection: close\r\n/m);
    expect(answer).toContain(`\r\nContent-Length: ${JSON.stringify(MALFORMED).length}\r\n`);
    expect(bodyOf(answer)).toEqual(MALFORMED);
  });

  it('half a request, and then nothing more will come: 400', async () => {
    const { url } = await start();
    const { socket, ended } = await send(url, PULL.slice(0, 40));
    socket.end();
    expect(bodyOf(await ended)).toEqual(MALFORMED);
  });

  it('headers of 64 kB: 431, however many more there are', async () => {
    const { url } = await start();
    const long = GOOD.replace('\r\n', `\r\nX-Long: ${'a'.repeat(64 * 1024)}\r\n`);
    for (const bytes of [long, `GET /${'a'.repeat(64 * 1024)} HTTP/1.1\r\n${HOST}\r\n`]) {
      const answer = await (await send(url, bytes.repeat(4))).ended;
      expect(answer).toMatch(/^HTTP\/1\.1 431 Request Header Fields Too Large\r\n/);
      expect(statusesOf(answer)).toEqual([431]);
      expect(bodyOf(answer)).toEqual(TOO_LONG);
    }
  });

  it.each([99, 100, 101, 128, 1000, 3000])('a request with %d headers: 431, if they are 100 or more', async (count) => {
    const { url, metrics } = await start();
    const headers = `${HOST}Connection: close\r\n${'a:\r\n'.repeat(count - 2)}`;
    const answer = await (await send(url, `GET /v2/ HTTP/1.1\r\n${headers}\r\n`)).ended;
    expect(statusesOf(answer)).toEqual([count < 100 ? 200 : 431]);
    expect(bodyOf(answer)).toEqual(count < 100 ? {} : TOO_LONG);
    expect((await metrics()).includes('davit_bad_requests_total{status="431"} 1')).toBe(count >= 100);
  });

  it('so many headers that the one behind them would be lost: nobody becomes an operator by that', async () => {
    const config = { server: { trustedProxies: ['127.0.0.1/32'] } };
    const { url } = await start({}, { files: repositories, config });
    const asked = (count: number): string =>
      `GET /metrics HTTP/1.1\r\n${HOST}Connection: close\r\n${'a:\r\n'.repeat(count)}X-Forwarded-For: 192.0.2.1\r\n\r\n`;
    for (const count of [0, 90, 97, 1000, 2000, 3000]) {
      const [status] = statusesOf(await (await send(url, asked(count))).ended);
      expect(status).toBe(count < 97 ? 403 : 431);
    }
  });

  it('headers are as long as the configuration says', async () => {
    const { url } = await start({ maxHeaderBytes: 2048 });
    const headersOf = (bytes: number): string =>
      `GET /v2/ HTTP/1.1\r\n${HOST}Connection: close\r\nX: ${'a'.repeat(bytes)}\r\n\r\n`;
    expect(statusesOf(await (await send(url, headersOf(1500))).ended)).toEqual([200]);
    expect(statusesOf(await (await send(url, headersOf(2100))).ended)).toEqual([431]);
  });

  it('whoever goes on sending is cut, soon', async () => {
    const { url } = await start();
    const { socket, isClosed, received } = await send(url, 'junk\r\n\r\n');
    await until('it is cut', () => {
      if (!socket.destroyed) socket.write('more junk\r\n\r\n');
      return isClosed();
    });
    expect(statusesOf(received())).toEqual([400]);
  });
});

describe('requests before the bad one', () => {
  it('are all answered, in their order', async () => {
    const { url } = await start();
    const { ended } = await send(url, `${GOOD}${PULL}${GOOD.replace('/v2/', '/v2/x')}junk\r\n\r\n`);
    const answers = await ended;
    expect(statusesOf(answers)).toEqual([200, 302, 404, 400]);
    expect(bodyOf(answers)).toEqual(MALFORMED);
  });

  it('a thousand of them', async () => {
    const { url } = await start();
    const { ended } = await send(url, `${PULL.repeat(1000)}junk\r\n\r\n`);
    expect(statusesOf(await ended)).toEqual([...Array<number>(1000).fill(302), 400]);
  });

  it('are answered first, also if that takes time', async () => {
    const index = await createIndex(repositories);
    const answers: (() => void)[] = [];
    const find = (name: string, reference: string): Promise<Lookup> =>
      new Promise((resolve) => {
        answers.push(() => resolve(index.find(name, reference)));
      });
    const { url } = await start({}, { index: alterIndex(index, { find }) });
    const { received, ended } = await send(url, `${PULL}${PULL}junk\r\n\r\n`);
    await until('both are asked for', () => answers.length === 2);
    // The second answer is there first, and waits for its turn.
    for (const answer of answers.reverse()) answer();
    expect(received()).toBe('');
    expect(statusesOf(await ended)).toEqual([302, 302, 400]);
  });

  it('the last of them may end the connection', async () => {
    const { url } = await start();
    const { ended } = await send(url, `${PULL.replace(HOST, `${HOST}Connection: close\r\n`)}junk\r\n\r\n`);
    expect(statusesOf(await ended)).toEqual([302]);
  });
});

describe('a wrong body', () => {
  it.each([
    ['a chunk without a size', 'Transfer-Encoding: chunked\r\n', 'no size\r\n'],
    ['endless extensions of a chunk', 'Transfer-Encoding: chunked\r\n', `1;${'x'.repeat(100_000)}`],
    ['half a body, which goes on no more', 'Content-Length: 100\r\n', 'half'],
  ])('%s: the request has its answer, and no second one', async (_what, header, body) => {
    const { url } = await start({ headerTimeoutMs: SOON_MS, requestTimeoutMs: SOON_MS });
    const askBy = async (method: string): Promise<number[]> => {
      const { ended } = await send(url, `${method} /v2/ HTTP/1.1\r\n${HOST}${header}\r\n${body}`);
      return statusesOf(await ended);
    };
    expect(await Promise.all([askBy('GET'), askBy('POST')])).toEqual([[200], [405]]);
  });
});

describe('time', () => {
  it('for headers: 408, also when bytes keep coming', async () => {
    const { url } = await start({ headerTimeoutMs: SOON_MS });
    const startedAt = performance.now();
    const { socket, received, isClosed } = await send(url, PULL.slice(0, 20));
    await until('it is cut', () => {
      if (!socket.destroyed) socket.write('a');
      return isClosed();
    });
    expect(statusesOf(received())).toEqual([408]);
    expect(bodyOf(received())).toEqual(LATE);
    expect(performance.now() - startedAt).toBeGreaterThan(SOON_MS - 10);
  });

  it('for the headers of a later request: 408 after the answer to the first', async () => {
    const { url } = await start({ headerTimeoutMs: SOON_MS });
    const { ended } = await send(url, PULL + PULL.slice(0, 20));
    expect(statusesOf(await ended)).toEqual([302, 408]);
  });

  it('for the first byte: closed without a word', async () => {
    const { url, metrics } = await start({ headerTimeoutMs: 100 });
    expect(await (await send(url, '')).ended).toBe('');
    expect(await metrics()).toContain('davit_bad_requests_total{status="408"} 1');
  });

  it('between requests: as long as idle_timeout, and not as the headers', async () => {
    const idleTimeoutMs = 2.5 * SOON_MS;
    const { url } = await start({ headerTimeoutMs: SOON_MS, requestTimeoutMs: SOON_MS, idleTimeoutMs });
    const startedAt = performance.now();
    const { ended } = await send(url, PULL);
    expect(statusesOf(await ended)).toEqual([302]);
    expect(performance.now() - startedAt).toBeGreaterThan(idleTimeoutMs - 100);
  });
});

describe('what is known of bad requests', () => {
  it('is counted by status, and logged at level debug, sparingly, without their content', async () => {
    const { url, log, metrics } = await start();
    const lines = (): LogLine[] => log.filter(({ message }) => message === 'bad request');
    let sent = 0;
    // So many of them in a second; on a busy machine these may take longer.
    await until('some are left out', async () => {
      await Promise.all(
        Array.from({ length: 15 }, async () => (await send(url, `junk secret-${sent++}\r\n\r\n`)).ended),
      );
      return lines().length < sent;
    });
    expect(await metrics()).toContain(`davit_bad_requests_total{status="400"} ${sent}`);
    const fields = { status: 400, reason: 'HPE_INVALID_METHOD', peer: '127.0.0.1' };
    expect(lines()[0]).toEqual({ level: 'debug', message: 'bad request', fields });
    expect(JSON.stringify(log)).not.toContain('secret');
  });

  it('is nothing to report, where a client hangs up in the middle', async () => {
    const { url, log, metrics } = await start();
    const { socket } = await send(url, PULL.slice(0, 20));
    await until('it is there', async () => (await metrics()).includes('davit_connections 1'));
    socket.resetAndDestroy();
    await until('it is gone', async () => (await metrics()).includes('davit_connections 0'));
    expect(log.filter(({ level }) => level !== 'debug')).toEqual([]);
    expect(await ask(url, '/v2/')).toMatchObject({ status: 200 });
  });
});
