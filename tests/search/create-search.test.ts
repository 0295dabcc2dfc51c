/** Which service is asked, and what becomes of one that does not answer as it should. */
import type { IncomingMessage, RequestListener } from 'node:http';
import { gzipSync } from 'node:zlib';

import { createSearch, type SearchOutcome } from '../../app/search/create-search';
import { docs, patiently, send, startSearchServer, type SearchServer } from './search-server';

let server: SearchServer;
beforeEach(async () => {
  server = await startSearchServer();
});
afterEach(() => server.stop());

const searchSolr = async (
  query: string,
  limits: Parameters<typeof createSearch>[1] = patiently,
): Promise<SearchOutcome | undefined> =>
  createSearch({ solrUrl: `${server.origin}/solr/select?key=hush&q={0}&wt=json` }, limits)?.(query);

describe('createSearch', () => {
  it('is undefined without a search service', () => {
    expect(createSearch({})).toBeUndefined();
  });

  it('asks Solr when both are configured', async () => {
    server.answer = send(docs());
    const search = createSearch({ solrUrl: `${server.origin}/solr?q={0}`, gsaUrl: `${server.origin}/gsa` });

    await expect(search?.('x')).resolves.toEqual({ kind: 'found', results: [] });
    expect(server.requested).toEqual(['/solr?q=x']);
  });
});

describe('a search service', () => {
  it.each([201, 204, 304, 400, 404, 500, 503])('that answers %i is 502', async (status) => {
    server.answer = send(status === 204 || status === 304 ? '' : docs(), {}, status);

    await expect(searchSolr('x')).resolves.toEqual({
      kind: 'failed',
      status: 502,
      reason: `the search service answered ${status}`,
    });
  });

  it('may redirect', async () => {
    server.answer = (request, response) => {
      if (request.url?.startsWith('/moved')) send(docs({ allTitle: 'x' }))(request, response);
      else response.writeHead(302, { location: '/moved' }).end();
    };

    await expect(searchSolr('x')).resolves.toMatchObject({ kind: 'found', results: [{ name: 'x' }] });
  });

  it('may compress', async () => {
    server.answer = send(gzipSync(docs({ allTitle: 'x' })), { 'content-encoding': 'gzip' });

    await expect(searchSolr('x')).resolves.toMatchObject({ kind: 'found', results: [{ name: 'x' }] });
  });

  it('that does not answer is 504 after a second', async () => {
    server.answer = () => undefined;
    const search = createSearch({ solrUrl: `${server.origin}/solr?q={0}` });
    const start = performance.now();

    await expect(search?.('x')).resolves.toEqual({
      kind: 'failed',
      status: 504,
      reason: 'the search service did not answer within 1000 ms',
    });
    expect(performance.now() - start).toBeLessThan(5000);
  });

  it('that stops in the middle of its answer is 504', async () => {
    server.answer = (_request, response) => void response.writeHead(200).write('{"response":');

    await expect(searchSolr('x', { timeoutMs: 100, maximumBytes: 1000 })).resolves.toMatchObject({ status: 504 });
  });

  it.each([
    ['before an answer', (request: IncomingMessage) => void request.socket.destroy()],
    [
      'in the middle of it',
      (request: IncomingMessage, response: Parameters<RequestListener>[1]) => {
        response.writeHead(200, { 'content-length': '100' });
        response.write('{', () => request.socket.destroy());
      },
    ],
  ] as [string, RequestListener][])('that hangs up %s is 503', async (_title, hangUp) => {
    server.answer = hangUp;

    await expect(searchSolr('x')).resolves.toMatchObject({ kind: 'failed', status: 503 });
  });

  it('that is not there is 503', async () => {
    await server.stop();

    await expect(searchSolr('x')).resolves.toEqual({
      kind: 'failed',
      status: 503,
      reason: 'the search service is out of reach (ECONNREFUSED)',
    });
  });

  it('on a port that fetch refuses is 503', async () => {
    await expect(createSearch({ gsaUrl: 'http://127.0.0.1:6000/?key=hush' })?.('x')).resolves.toEqual({
      kind: 'failed',
      status: 503,
      reason: 'the search service is out of reach (no connection)',
    });
  });

  it.each([
    ['plain', (body: string) => send(body)],
    ['small when compressed', (body: string) => send(gzipSync(body), { 'content-encoding': 'gzip' })],
  ])('that sends more than 4 MiB, %s, is 502', async (_title, sendBody) => {
    server.answer = sendBody(docs({ allTitle: 'x'.repeat(4 * 1024 * 1024) }));

    await expect(searchSolr('x')).resolves.toEqual({
      kind: 'failed',
      status: 502,
      reason: 'the search service sent more than 4194304 bytes',
    });
  });

  it('is never told on with its key', async () => {
    server.answer = send('', {}, 500);
    const outcomes = [await searchSolr('x')];
    await server.stop();
    outcomes.push(await searchSolr('x'));

    expect(JSON.stringify(outcomes)).not.toMatch(/hush|127\.0\.0\.1/);
  });
});
