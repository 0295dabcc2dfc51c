/**
 * How much a client may take of a serving process: the limits in [server], their keys and their values. What each is good
 * for, and when to change it: docs/operations.md. Pure.
 */
import { define, type Read } from './key';
import { integer, intervalMs, optional } from './kinds';

export interface ServerLimits {
  /** Of one process, at once. */
  maxConnections: number;
  /** From the first byte of a request, or from the connection, to the end of the headers. */
  headerTimeoutMs: number;
  /** To the end of the body. */
  requestTimeoutMs: number;
  /** How long nothing may move on a connection, in either direction. */
  idleTimeoutMs: number;
  /** Request line and headers together. Absent: it depends on what they are to hold. */
  maxHeaderBytes?: number;
}

/** Below, requests of real clients would not fit; above, what is meant is no header. */
const [LEAST_HEADER_BYTES, MOST_HEADER_BYTES] = [1024, 1024 * 1024];

export const limitKeys = {
  maxConnections: define('server', 'max_connections', {
    kind: integer(1, 1_000_000),
    default: '10000',
    documentation:
      'How many connections each process has at once; what comes beyond is closed. Lowered, with a warning, to what the limit of open files allows.',
  }),
  headerTimeoutMs: define('server', 'header_timeout', {
    kind: intervalMs,
    default: '20',
    unit: 'seconds',
    documentation:
      'How long a client may take to send the headers of a request; also for its first byte on a new connection, and for the TLS handshake.',
  }),
  requestTimeoutMs: define('server', 'request_timeout', {
    kind: intervalMs,
    default: '60',
    unit: 'seconds',
    documentation: 'How long a client may take to send a whole request. A smaller one holds for the headers, too.',
  }),
  idleTimeoutMs: define('server', 'idle_timeout', {
    kind: intervalMs,
    default: '75',
    unit: 'seconds',
    documentation:
      'How long a connection stays open on which nothing moves. Should be longer than a proxy in front keeps its connections.',
  }),
  maxHeaderBytes: define('server', 'max_header_size', {
    kind: optional(integer(LEAST_HEADER_BYTES, MOST_HEADER_BYTES)),
    default: '',
    documentation:
      'How long the request line and all headers of a request may be together, in bytes. Empty: 16384, and 81920 with `[auth] certificate_header`.',
  }),
};

export function buildLimits(read: Read): ServerLimits {
  const maxHeaderBytes = read(limitKeys.maxHeaderBytes);
  return {
    maxConnections: read(limitKeys.maxConnections),
    headerTimeoutMs: read(limitKeys.headerTimeoutMs),
    requestTimeoutMs: read(limitKeys.requestTimeoutMs),
    idleTimeoutMs: read(limitKeys.idleTimeoutMs),
    ...(maxHeaderBytes !== undefined && { maxHeaderBytes }),
  };
}
