/**
 * Listens, within limits: how many connections there are, and how long each may take for what. Stops gracefully: no new
 * connections, running requests are finished, idle connections are closed.
 */
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { defaultConfig } from '../config/config';
import type { ServerLimits } from '../config/limits';
import type { ConnectionCounts } from '../observe/connection-counts';
import type { Logger } from '../observe/logger';
import { createSparingLog } from '../observe/sparing-logger';
import type { LogAccess } from './access-log';
import { answerTogether } from './answer-together';
import type { Front } from './create-app';
import { handOverRequests, LazyMessage } from './lazy-message';
import { lookEveryMs } from './look-interval';
import { disconnectQuiet } from './quiet-connections';
import { originForm } from './read-facts';
import { hasTooManyHeaders, MOST_HEADERS, refuseBadRequests, refuseHeaders } from './refuse-bad-request';
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
  /** Default: those that hold when nothing is configured. */
  limits?: ServerLimits | undefined;
  /** Told of connections and requests that are refused; default: nobody. */
  logger?: Logger | undefined;
}

/** Also node's own. What is longer is answered 431. */
const DEFAULT_HEADER_BYTES = 16 * 1024;

/** Has room for the longest certificate that is read from a header, and for what other headers there are. */
export const HEADER_SIZE_WITH_CERTIFICATE = 80 * 1024;

const CLOSE_IDLE_EVERY_MS = 50;
/** A log that says so every time would be full of it. */
const SAY_FULL_EVERY_MS = 60_000;

export async function startServer(options: ServerOptions): Promise<ListeningServer> {
  const { host, port, logAccess, certificate, logger, limits = defaultConfig().server.limits } = options;
  const { pull, app, connections } = options.front;
  const together = answerTogether((request, response) => {
    if (hasTooManyHeaders(request)) {
      refuseHeaders(request, response, connections);
      return;
    }
    pull(request, response, () => {
      // Express answers in HTML, before any handler of ours, where it cannot parse the absolute form of a proxy.
      request.url = originForm(request.url ?? '/');
      app(request, response);
    });
  });
  const listener: RequestListener = (request, response) => {
    logAccess?.(request, response);
    together.listener(request, response);
  };
  const settings = settingsOf(limits);
  const server = certificate?.createServer(settings, listener) ?? createServer(settings, listener);
  handOverRequests(server);
  disconnectQuiet(server, certificate ? 'secureConnection' : 'connection', limits.idleTimeoutMs);
  server.maxConnections = limits.maxConnections;
  server.maxHeadersCount = MOST_HEADERS;
  // What was asked before a client's mistake, or with it, is answered before that.
  server.on('clientError', together.answerAll);
  watchConnections(server, connections, logger);
  server.listen({ port, ...(host !== '' && { host }) });
  await once(server, 'listening');
  // Until now an error is that of listening, and the caller's.
  server.on('error', sayNotAccepted(logger));
  return { address: describeAddress(server.address() as AddressInfo), stop: (graceMs) => stop(server, graceMs) };
}

/** The same for http and https. */
function settingsOf({ headerTimeoutMs, requestTimeoutMs, maxHeaderBytes = DEFAULT_HEADER_BYTES }: ServerLimits) {
  // Node refuses headers that may take longer than the request.
  const headersTimeout = Math.min(headerTimeoutMs, requestTimeoutMs);
  return {
    IncomingMessage: LazyMessage,
    // Node would set a timer and take it back for every request; disconnectQuiet does without.
    keepAliveTimeout: 0,
    maxHeaderSize: maxHeaderBytes,
    headersTimeout,
    requestTimeout: requestTimeoutMs,
    handshakeTimeout: headersTimeout,
    connectionsCheckingInterval: lookEveryMs(headersTimeout),
  };
}

function watchConnections(server: Server, connections: ConnectionCounts, logger: Logger | undefined): void {
  refuseBadRequests(server, connections, logger ? createSparingLog(logger, { level: 'debug' }) : () => undefined);
  const sayFull = logger && createSparingLog(logger, { level: 'warn', most: 1, windowMs: SAY_FULL_EVERY_MS });
  server.on('drop', () => {
    connections.refused++;
    sayFull?.('connections refused: there are as many as may be', { maxConnections: server.maxConnections });
  });
  connections.countOpen = () =>
    new Promise((resolve, reject) => {
      server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
    });
}

/** Mostly that there are no file descriptors left. Whoever is connected is served on; without a listener the process would end. */
function sayNotAccepted(logger: Logger | undefined): (error: Error) => void {
  const say = logger && createSparingLog(logger, { level: 'error', most: 1, windowMs: SAY_FULL_EVERY_MS });
  return (error) => say?.('connections cannot be accepted', { error });
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
