/** The lines of the access log: the combined format, and the milliseconds that the answer took. */
import { createAccessLog } from '../../app/http/access-log';
import { startServer, type ListeningServer } from '../../app/http/server';
import { request } from '../support/http';
import { createTestFront } from './front';
import { exchange, formatRequest } from './raw-exchange';
import { repositories } from './repositories';

const LINE = /^127\.0\.0\.1 - - \[(?<time>[^\]]+)\] (?<rest>.*) (?<tookMs>\d+\.\d)\n$/;

let server: ListeningServer;
let lines: string[];
let noteLine: () => void;

beforeEach(async () => {
  lines = [];
  noteLine = () => undefined;
  const { front } = await createTestFront({ files: repositories, config: { server: { operators: [] } } });
  const logAccess = createAccessLog((line) => {
    lines.push(line);
    noteLine();
  });
  server = await startServer({ front, host: '127.0.0.1', port: 0, logAccess });
});
afterEach(() => server.stop(0));

const nextLine = (): Promise<void> =>
  new Promise((resolve) => {
    noteLine = resolve;
  });

/** The request and the rest of its line. */
async function logged(method: string, path: string, headers: [string, string][] = []): Promise<string> {
  const line = nextLine();
  await request(`http://${server.address}`, { method, path, headers });
  await line;
  return LINE.exec(lines.at(-1) ?? '')?.groups?.['rest'] ?? `not a line: ${lines.at(-1)}`;
}

it('tells who, when, what, the status, the size and the client', async () => {
  const before = Math.floor(Date.now() / 1000) * 1000;
  const rest = await logged('GET', '/v2/demo/five/manifests/only1', [['User-Agent', 'docker/24.0 go/1.20']]);
  expect(rest).toBe('"GET /v2/demo/five/manifests/only1 HTTP/1.1" 302 0 "-" "docker/24.0 go/1.20"');
  const time = LINE.exec(lines[0] ?? '')?.groups?.['time'] ?? '';
  expect(time).toMatch(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/);
  const at = Date.parse(time.replace(/^(\d\d)\/(\w+)\/(\d+):/, '$1 $2 $3 '));
  expect(at).toBeGreaterThanOrEqual(before);
  expect(at).toBeLessThanOrEqual(Date.now());
});

it.each([
  ['GET', '/v2/', '"GET /v2/ HTTP/1.1" 200 2 "-" "-"'],
  ['HEAD', '/v1/_ping', '"HEAD /v1/_ping HTTP/1.1" 200 0 "-" "-"'],
  ['GET', '/crane/repositories/v2', '"GET /crane/repositories/v2 HTTP/1.1" 403'],
  ['DELETE', '/metrics', '"DELETE /metrics HTTP/1.1" 403'],
  ['GET', '/v1/search?q=secret', '"GET /v1/search HTTP/1.1" 404'],
  ['PUT', '/v2/demo/five/manifests/x?token=secret', '"PUT /v2/demo/five/manifests/x HTTP/1.1" 405'],
  ['GET', 'http://u:secret@registry.example.com/healthz', '"GET http://registry.example.com/healthz HTTP/1.1" 200 15'],
  ['GET', 'http://registry.example.com/healthz?x', '"GET http://registry.example.com/healthz HTTP/1.1" 200 15'],
])('%s %s', async (method, path, expected) => {
  const rest = await logged(method, path);
  expect(rest.slice(0, expected.length)).toBe(expected);
  expect(rest).toMatch(/^"[^"]*" \d{3} \d+ "-" "-"$/);
});

it('holds no secrets', async () => {
  await logged('GET', '/v2/?token=secret', [
    ['Authorization', 'Basic secret'],
    ['Cookie', 'secret'],
    ['Referer', 'http://secret/'],
  ]);
  expect(lines.join('')).not.toContain('secret');
});

it('is one line, whatever the client calls itself', async () => {
  const line = nextLine();
  await exchange(`http://${server.address}`, formatRequest('GET', '/v2/"\\', ['User-Agent: a "quoted" \\ \tname\x85']));
  await line;
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('"GET /v2/\\x22\\x5c HTTP/1.1" 404');
  expect(lines[0]).toContain('"a \\x22quoted\\x22 \\x5c \\x09name\\x85"');
});
