/** A server on this machine that stands in for Solr or the appliance: it remembers what it was asked and answers as told. */
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SearchServer {
  /** http://127.0.0.1:<port> */
  origin: string;
  /** Path and query of each request. */
  requested: string[];
  answer: RequestListener;
  stop(): Promise<void>;
}

/** Limits where time is not what is tested: whatever else the machine does meanwhile. */
export const patiently = { timeoutMs: 20_000, maximumBytes: 4 * 1024 * 1024 };

export async function startSearchServer(): Promise<SearchServer> {
  const listener = createServer((request, response) => {
    server.requested.push(request.url ?? '');
    server.answer(request, response);
  });
  const server: SearchServer = {
    origin: '',
    requested: [],
    answer: send(''),
    stop: () =>
      new Promise((resolve) => {
        listener.close(() => resolve());
        listener.closeAllConnections();
      }),
  };
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  server.origin = `http://127.0.0.1:${(listener.address() as AddressInfo).port}`;
  // The first fetch of a process loads what fetch is made of, which takes its time. A search has a second.
  await fetch(server.origin);
  server.requested.length = 0;
  return server;
}

export const send =
  (body: string | Buffer, headers: Record<string, string> = {}, status = 200): RequestListener =>
  (_request, response) => {
    response.writeHead(status, headers).end(body);
  };

/** What Solr sends. */
export const docs = (...list: unknown[]): string => JSON.stringify({ response: { numFound: list.length, docs: list } });
