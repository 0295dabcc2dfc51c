/** A request that costs what is asked of it: to whoever asks, it is node's own in everything. */
import { createServer, IncomingMessage, Server, type RequestListener, type ServerOptions } from 'node:http';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { handOverRequests, LazyMessage } from '../../app/http/lazy-message';
import { listen } from './listen';
import { exchange, formatRequest } from './raw-exchange';

/** What node keeps on the socket of a server. */
type ServerSocket = Socket & { parser: { incoming: IncomingMessage | null } };

afterEach(() => jest.restoreAllMocks());

function startLazy(listener: RequestListener, options: ServerOptions = {}): Promise<string> {
  const server = createServer({ ...options, IncomingMessage: LazyMessage }, listener);
  handOverRequests(server);
  return listen(server);
}

const startNode = (listener: RequestListener, options: ServerOptions = {}): Promise<string> =>
  listen(createServer(options, listener));

/** Tells the client all that a request has. */
const mirror: RequestListener = (request, response) => {
  const { method, url, headers, headersDistinct, rawHeaders, httpVersion } = request;
  response.end(JSON.stringify({ method, url, headers, headersDistinct, rawHeaders, httpVersion }));
};

const stays = (request: string): string => request.replace('Connection: close\r\n', '');

describe.each([
  ['headers that come several times', formatRequest('GET', '/a', ['Accept: a', 'accept: b', 'X-A: 1', 'X-A: 2'])],
  ['a second Host', formatRequest('GET', '/a', ['host: other.example.com'])],
  ['Expect: 100-continue', formatRequest('GET', '/a', ['expect: 100-Continue'])],
  ['another Expect', formatRequest('GET', '/a', ['Expect: a miracle'])],
  ['an empty Expect', formatRequest('GET', '/a', ['Expect:'])],
  ['a name as long as Expect', formatRequest('GET', '/a', ['Except: 1', 'Empect: 100-continue'])],
  ['no Host', 'GET /a HTTP/1.1\r\nConnection: close\r\n\r\n'],
  ['an empty Host', 'GET /a HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n'],
  ['HTTP/1.0', 'GET /a HTTP/1.0\r\n\r\n'],
  ['HTTP/1.0 that reads chunks', 'GET /a HTTP/1.0\r\nTE: chunked\r\nHost: a\r\n\r\n'],
  ['HEAD', formatRequest('HEAD', '/a')],
  ['several requests on a connection', stays(formatRequest('GET', '/a')).repeat(3) + formatRequest('GET', '/b')],
  ['an upgrade', formatRequest('GET', '/a', ['Upgrade: websocket']).replace('close', 'upgrade, close')],
])('%s', (_title, request) => {
  it('is answered as by node', async () => {
    const answers = await Promise.all(
      [startLazy(mirror), startNode(mirror)].map(async (url) => exchange(await url, request)),
    );
    const [lazy, node] = answers.map((answer) => answer.replaceAll(/^Date: .*\r\n/gm, ''));
    expect(lazy).toMatch(/^HTTP\/1\.1 \d{3} /);
    expect(lazy).toBe(node);
  });
});

it('a body that nobody reads is read to its end, and the connection goes on', async () => {
  const heard: string[] = [];
  const url = await startLazy((request, response) => {
    heard.push(`${request.method} ${request.url}`);
    response.end();
  });
  const body = 'a'.repeat(300_000);
  const post = stays(formatRequest('POST', '/a', [`Content-Length: ${body.length}`])) + body;
  const answers = await exchange(url, post + post + formatRequest('GET', '/b'));
  expect(answers.match(/HTTP\/1\.1 200/g)).toHaveLength(3);
  expect(heard).toEqual(['POST /a', 'POST /a', 'GET /b']);
});

it.each(['end', 'close'])('who listens for %s hears of it', async (event) => {
  const heard = new Promise((resolve) => {
    void startLazy((request, response) => {
      request.once(event, () => resolve(event));
      response.end();
    }).then((url) => exchange(url, formatRequest('GET', '/a')));
  });
  expect(await heard).toBe(event);
});

it('an idle connection keeps no request', async () => {
  const requests: IncomingMessage[] = [];
  const url = await startLazy((request, response) => {
    requests.push(request);
    response.end();
  });
  const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(stays(formatRequest('GET', '/a'))));
  await once(socket, 'data');
  await turn();
  const [request] = requests;
  expect(request?.readableEnded).toBe(true);
  expect((request?.socket as ServerSocket).parser).toHaveProperty('incoming', null);
  socket.destroy();
});

it('headers that somebody has put in the place of others stay', async () => {
  const url = await startLazy((request, response) => {
    request.headers = { accept: 'mine' };
    request.headers.host ??= 'mine';
    mirror(request, response);
  });
  expect(await exchange(url, formatRequest('GET', '/a'))).toContain('"headers":{"accept":"mine","host":"mine"}');
});

it('what an agent puts in the place of emit sees all headers, also when it comes after the server', async () => {
  const url = await startLazy(mirror);
  const seen: unknown[] = [];
  const emit = Reflect.get(Server.prototype, 'emit') as (...of: unknown[]) => boolean;
  jest.spyOn(Server.prototype, 'emit').mockImplementation(function (this: Server, ...of: unknown[]) {
    if (of[1] instanceof IncomingMessage) seen.push(of[1].headers['x-trace']);
    return emit.apply(this, of);
  });
  await exchange(url, formatRequest('GET', '/a', ['X-Trace: 1']));
  expect(seen).toEqual(['1']);
});

describe('work', () => {
  /** Names of what node did for a request of its own accord. */
  async function countWork(start: typeof startLazy, listener: RequestListener): Promise<string[]> {
    const done: string[] = [];
    const note = (method: string): void => {
      const act = Reflect.get(IncomingMessage.prototype, method) as (...of: unknown[]) => unknown;
      jest.spyOn(IncomingMessage.prototype, method as 'resume').mockImplementation(function (
        this: IncomingMessage,
        ...of: unknown[]
      ) {
        done.push(method);
        return act.apply(this, of) as IncomingMessage;
      });
    };
    const url = await start(listener);
    note('_addHeaderLine');
    note('resume');
    await exchange(url, formatRequest('GET', '/a', ['Accept: a']));
    await turn();
    return done;
  }
  const answer: RequestListener = (_request, response) => void response.end();

  it('no object of headers is made, and no stream is read, of which nobody asks', async () => {
    expect(await countWork(startLazy, answer)).toEqual([]);
  });

  it('node does so, and so do we when asked', async () => {
    const all = ['_addHeaderLine', '_addHeaderLine', '_addHeaderLine', 'resume'];
    expect(await countWork(startNode, answer)).toEqual(all);
    jest.restoreAllMocks();
    const listening: RequestListener = (request, response) => {
      request.once('end', () => undefined);
      response.setHeader('X-Accept', request.headers.accept ?? '').end();
    };
    expect(await countWork(startLazy, listening)).toEqual(all);
  });
});
