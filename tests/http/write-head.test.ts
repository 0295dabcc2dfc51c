/** The short way of writing a head, and node's own: the same lines, and nobody who has a hand in the response is passed over. */
import { createServer, ServerResponse, type RequestListener, type Server } from 'node:http';
import type * as WriteHead from '../../app/http/write-head';
import { fixLines, FOUND, NOT_FOUND, whenEnded, writeSoundHead } from '../../app/http/write-head';
import { listen } from './listen';
import { exchange, formatRequest } from './raw-exchange';

const COMMON = ['Docker-Distribution-API-Version', 'registry/2.0', 'Vary', 'Accept'];
const OWN = ['Location', 'https://static.example.com/a: b/manifests/2/latest?x=1'];
const BODY = '{"errors":[]}';

afterEach(() => jest.restoreAllMocks());

async function answerWith(
  listener: RequestListener,
  request = formatRequest('GET', '/'),
  prepare = OFF,
): Promise<string> {
  const server = createServer(listener);
  prepare(server, listener);
  const answer = await exchange(await listen(server), request);
  // The length may stand before or behind what node adds.
  return answer.replaceAll(/^Date: .*\r\n/gm, '').replaceAll(/^(Content-Length: .*\r\n)((?:.+\r\n)*)/gm, '$2$1');
}

const OFF = (_server: Server, _listener: RequestListener): void => undefined;

function redirect(response: ServerResponse): void {
  writeSoundHead(response, FOUND, fixLines([...COMMON, ...OWN]).text, 0);
  response.end();
}

const redirectAsNode = (response: ServerResponse): void =>
  void response.writeHead(302, [...COMMON, ...OWN, 'Content-Length', '0']).end();

/** Calls of node's writeHead. */
const spyOnWriteHead = (response: ServerResponse): jest.SpyInstance => jest.spyOn(response, 'writeHead');

it.each([
  ['HTTP/1.1', formatRequest('GET', '/')],
  ['HEAD', formatRequest('HEAD', '/')],
  ['HTTP/1.0', 'GET / HTTP/1.0\r\n\r\n'],
  [
    'several requests on a connection',
    `${formatRequest('GET', '/').replace('Connection: close\r\n', '')}${formatRequest('GET', '/')}`,
  ],
  ['HTTP/1.0 that stays', `GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET / HTTP/1.0\r\n\r\n`],
  ['a client that waits for a 100', formatRequest('GET', '/', ['Expect: 100-continue'])],
])('writes the same as node: %s', async (_title, request) => {
  const written = await answerWith((_request, response) => redirect(response), request);
  expect(written).toContain(
    '302 Found\r\nDocker-Distribution-API-Version: registry/2.0\r\nVary: Accept\r\nLocation: https',
  );
  expect(written).toBe(await answerWith((_request, response) => redirectAsNode(response), request));
});

it.each<[where: string, prepare: (loaded: typeof WriteHead, response: ServerResponse) => void]>([
  ['nobody else has a hand in the response', () => undefined],
  ['its end is told', (loaded, response) => loaded.whenEnded(response, () => undefined)],
])('goes the short way where %s', async (_where, prepare) => {
  const prototype = ServerResponse.prototype as unknown as { _storeHeader: (first: string, lines: string[]) => void };
  const spy = jest.spyOn(prototype, '_storeHeader');
  // Loaded now, so that the spy counts as node's own.
  let answering: Promise<string> | undefined;
  jest.isolateModules(() => {
    const loaded = jest.requireActual<typeof WriteHead>('../../app/http/write-head');
    answering = answerWith((_request, response) => {
      prepare(loaded, response);
      loaded.writeSoundHead(response, loaded.FOUND, 'Vary: Accept\r\n', 0);
      response.end();
    });
  });
  await answering;
  expect(spy.mock.calls).toEqual([[''], ['HTTP/1.1 302 Found\r\nVary: Accept\r\n']]);
});

it.each([
  ['the short way', redirect],
  ['node’s way', redirectAsNode],
])('tells the announced length to whoever was promised it: %s', async (_title, answer) => {
  let announced: unknown;
  const written = await answerWith((_request, response) => {
    whenEnded(response, (length) => (announced = length));
    answer(response);
  });
  expect(announced).toBe('0');
  expect(written).toBe(await answerWith((_request, response) => redirectAsNode(response)));
});

it('tells that nothing was announced', async () => {
  let announced: unknown = 'something';
  await answerWith((_request, response) => {
    whenEnded(response, (length) => (announced = length));
    response.writeHead(200).end('in chunks');
  });
  expect(announced).toBeUndefined();
});

it('writes a 404 with its body as node does', async () => {
  const length = String(BODY.length);
  const written = await answerWith((_request, response) => {
    writeSoundHead(response, NOT_FOUND, fixLines(COMMON).text, BODY.length);
    response.end(BODY);
  });
  const asNode = (_request: unknown, response: ServerResponse): void =>
    void response.writeHead(404, [...COMMON, 'Content-Length', length]).end(BODY);
  expect(written).toBe(await answerWith(asNode));
});

it('tells the status to whoever asks later', async () => {
  let told: unknown;
  await answerWith((_request, response) => {
    redirect(response);
    told = [response.statusCode, response.statusMessage, response.headersSent];
  });
  expect(told).toEqual([302, 'Found', true]);
});

it('goes on where another node would announce no length by itself', async () => {
  const prototype = ServerResponse.prototype as unknown as { _storeHeader: (first: string, lines?: string[]) => void };
  const { _storeHeader: store } = prototype;
  const spy = jest.spyOn(prototype, '_storeHeader').mockImplementation(function (this: ServerResponse, first, lines) {
    (this as unknown as { _contentLength: null })._contentLength = null;
    store.call(this, first, lines);
  });
  let answering = Promise.resolve('');
  jest.isolateModules(() => {
    const loaded = jest.requireActual<typeof WriteHead>('../../app/http/write-head');
    answering = answerWith((_request, response) => {
      loaded.writeSoundHead(response, loaded.FOUND, 'Vary: Accept\r\n', 0);
      response.end();
    });
  });
  expect(await answering).toContain('Content-Length: 0\r\n');
  expect(spy).toHaveBeenLastCalledWith('HTTP/1.1 302 Found\r\nVary: Accept\r\n', ['Content-Length', '0']);
});

describe('goes node’s way', () => {
  it('where a header has been set before', async () => {
    const written = await answerWith((_request, response) => {
      response.setHeader('X-Powered-By', 'somebody');
      redirect(response);
    });
    expect(written).toContain('X-Powered-By: somebody\r\n');
    expect(written).toContain('Location: https://static.example.com/a: b/manifests/2/latest?x=1\r\n');
  });

  it.each<[where: string, target: (response: ServerResponse) => ServerResponse]>([
    ['on the response', (response) => response],
    ['on the prototype', () => ServerResponse.prototype],
  ])('where somebody has replaced writeHead %s', async (_where, target) => {
    let calls: unknown[][] = [];
    await answerWith((_request, response) => {
      const spy = spyOnWriteHead(target(response));
      redirect(response);
      calls = spy.mock.calls as unknown[][];
    });
    expect(calls).toEqual([[302, [...COMMON, ...OWN, 'Content-Length', '0']]]);
  });

  it('where somebody waits for the end, and reads headers then', async () => {
    let length: unknown;
    await answerWith((_request, response) => {
      response.setHeader('Server', '').removeHeader('Server');
      response.once('close', () => (length = response.getHeader('Content-Length')));
      redirect(response);
    });
    expect(length).toBe('0');
  });

  it('where a client still waits for its 100: what it sends then would be taken for a request', async () => {
    const request = formatRequest('GET', '/', ['Expect: 100-continue']).replace('Connection: close\r\n', '');
    const prepare = (server: Server, listener: RequestListener): void => void server.on('checkContinue', listener);
    const written = await answerWith((_request, response) => redirect(response), request, prepare);
    expect(written).toContain('\r\nConnection: close\r\n');
  });

  it('where an answer has been begun, which is a fault', async () => {
    let fault: unknown;
    await answerWith((_request, response) => {
      response.writeHead(200, ['Content-Length', '0']);
      try {
        redirect(response);
      } catch (error) {
        fault = error;
        response.end();
      }
    });
    expect(fault).toMatchObject({ code: 'ERR_HTTP_HEADERS_SENT' });
  });
});
