/**
 * Listens, and stops gracefully: no new connections, running requests are finished, idle connections are closed.
 */
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { LogAccess } from './access-log';
import type { Front } from './create-app';
import { originForm } from './read-facts';
import type { ServerCertificate } from './server-certificate';

export interface ListeningServer {
  /** Where it listens, for example `127.0.0.1:5000` or `[::1]:5000`. */
  address: string;
  /** Resolves when all connections are closed; after `graceMs` they are cut. */
  stop: (graceMs: number) => Promise<void>;
}

export interface ServerOptions {
  front: Front;
  host: string;
  /** 0: a free one. */
  port: number;
  logAccess?: LogAccess | undefined;
  /** Speaks https with it, and nothing else. */
  certificate?: ServerCertificate | undefined;
  /** All headers of a request together, in bytes; default: node's 16 kB. What is longer is answered 431. */
  maxHeaderSize?: number | undefined;
}

/** Has room for the longest certificate that is read from a header, and for what other headers there are. */
export const HEADER_SIZE_WITH_CERTIFICATE = 80 * 1024;

/**
 * Connections on which nothing moves are closed after this time: later than a proxy closes them by itself (Apache: 60 s), so
 * that it never writes into a closing one. By the socket's own timer, which every byte merely refreshes; node's keep-alive
 * timeout would set one and take it back for every request.
 */
const IDLE_MS = 75_000;
const CLOSE_IDLE_EVERY_MS = 50;

export async function startServer(options: ServerOptions): Promise<ListeningServer> {
  const { host, port, logAccess, certificate, maxHeaderSize } = options;
  const { pull, app } = options.front;
  const answer: RequestListener = (request, response) => {
    logAccess?.(request, response);
    pull(request, response, () => {
      // Express answers in HTML, before any handler of ours, where it cannot parse the absolute form of a proxy.
      request.url = originForm(request.url ?? '/');
      app(request, response);
    });
  };
  const settings = { keepAliveTimeout: 0, ...(maxHeaderSize !== undefined && { maxHeaderSize }) };
  const server = certificate?.createServer(settings, answer) ?? createServer(settings, answer);
  server.timeout = IDLE_MS;
  server.listen({ port, ...(host !== '' && { host }) });
  await once(server, 'listening');
  return { address: describeAddress(server.address() as AddressInfo), stop: (graceMs) => stop(server, graceMs) };
}

const describeAddress = ({ address, family, port }: AddressInfo): string =>
  family === 'IPv6' ? `[${address}]:${port}` : `${address}:${port}`;

async function stop(server: Server, graceMs: number): Promise<void> {
  const cut = setTimeout(() => server.closeAllConnections(), graceMs);
  // A connection that was busy becomes idle later; node closes only those that are idle now.
  const closeIdle = setInterval(() => server.closeIdleConnections(), CLOSE_IDLE_EVERY_MS);
  await new Promise((resolve) => server.close(resolve));
  clearTimeout(cut);
  clearInterval(closeIdle);
}
