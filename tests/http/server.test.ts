/** What only a server of our own can do wrong: the port, and requests that no app ever sees. */
import { defaultConfig } from '../../app/config/config';
import { HEADER_SIZE_WITH_CERTIFICATE, startServer } from '../../app/http/server';
import { ask, jsonAnswer, specError } from './answers';
import { createTestFront } from './front';
import { exchange, formatRequest } from './raw-exchange';
import { repositories } from './repositories';
import { ownServer, serveFront, type ServedFront } from './ways';

let front: ServedFront;
beforeAll(async () => {
  front = await serveFront(ownServer, { files: repositories });
});
afterAll(() => front.stop());

it('a port in use is an error', async () => {
  const { host, port } = new URL(front.url);
  expect(host).toBe(`127.0.0.1:${port}`);
  const another = await createTestFront();
  await expect(startServer({ front: another.front, host: '127.0.0.1', port: Number(port) })).rejects.toMatchObject({
    code: 'EADDRINUSE',
  });
});

it.each(['http://[::1/x', 'http://example.com?x', 'HTTP://%zz/x', 'ftp://[/x'])(
  'the absolute form %s, which a proxy sends, is 404 in JSON',
  async (target) => {
    const path = target.startsWith('ftp:') ? '/ftp://[/x' : target.includes('?') ? '/' : '/x';
    expect(await ask(front.url, target)).toEqual(
      jsonAnswer(404, specError('UNSUPPORTED', 'the registry does not serve this path', { Path: path })),
    );
  },
);

it('OPTIONS * is refused', async () => {
  const answer = await exchange(front.url, formatRequest('OPTIONS', '*'));
  expect(answer).toMatch(/^HTTP\/1\.1 405 [^]*"UNSUPPORTED"/);
});

it.each([
  ['the hello of TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
  ['no HTTP', 'hello\r\n\r\n'],
  ['a line break in a header', 'GET /v2/ HTTP/1.1\r\nHost: x\r\nAccept: a\rb\r\n\r\n'],
  ['no host', 'GET /v2/ HTTP/1.1\r\nConnection: close\r\n\r\n'],
])('%s is 400, not silence', async (_what, bytes) => {
  expect(await exchange(front.url, bytes)).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
});

it('one connection carries one request after the other', async () => {
  const requests = ['/v2/', '/v2/x', '/v1/_ping', '/healthz'].map(
    (path) => `GET ${path} HTTP/1.1\r\nHost: registry.example.com\r\n\r\n`,
  );
  const answers = await exchange(front.url, requests.join('') + formatRequest('GET', '/v2/'));
  expect(answers.match(/HTTP\/1\.1 \d+/g)).toEqual([200, 404, 200, 200, 200].map((status) => `HTTP/1.1 ${status}`));
});

describe('headers of 70 kB', () => {
  const long = formatRequest('GET', '/v2/').replace('\r\n', `\r\nX-SSL-Client-Cert: ${'a'.repeat(70 * 1024)}\r\n`);

  it('are 431', async () => {
    expect(await exchange(front.url, long)).toMatch(/^HTTP\/1\.1 431 /);
  });

  it('are read where there is room for a certificate', async () => {
    const roomy = await createTestFront();
    const { address, stop } = await startServer({
      front: roomy.front,
      host: '127.0.0.1',
      port: 0,
      limits: { ...defaultConfig().server.limits, maxHeaderBytes: HEADER_SIZE_WITH_CERTIFICATE },
    });
    expect(await exchange(`http://${address}`, long)).toMatch(/^HTTP\/1\.1 200 /);
    await stop(1000);
  });
});
