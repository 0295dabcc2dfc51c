/**
 * Answers what never became a request: bytes that are not HTTP, headers that are too long, requests that are not complete
 * in time. The client is told so in JSON, after the answers to what it asked before, and then the connection is closed:
 *
 *     HTTP/1.1 431 Request Header Fields Too Large
 *     {"errors":[{"code":"UNSUPPORTED","message":"the headers of the request are too long or too many","detail":{}}]}
 *
 * Nothing is told where it would be taken for the answer to something else: to a request that was answered already and whose
 * body is wrong, or on a connection on which nothing was asked. Nothing of what was sent is repeated or logged.
 */
import { STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { ConnectionCounts } from '../observe/connection-counts';
import type { LogSparingly } from '../observe/sparing-logger';
import { errorBody, headersTooLong, requestMalformed, requestTimedOut, type RegistryError } from '../registry/errors';
import { JSON_TYPE } from '../registry/media-types';
import { PROTOCOL_HEADERS, writeError } from './write-decision';

/** What node keeps on a socket, and looks at for the same purpose when nobody listens to `clientError`. */
interface HttpSocket extends Socket {
  /** The response that is being sent. */
  _httpMessage?: ServerResponse | null;
  /** `incoming`: the last request whose headers are complete. */
  parser?: { incoming: IncomingMessage | null } | null;
}

/** As long after the answer, what still comes is read and dropped: closing at once would reset the connection before the client has read. */
const LINGER_MS = 1000;

/** One more than are taken. Apache takes 100. Each costs memory by itself, however short it is. */
export const MOST_HEADERS = 100;

/**
 * Node leaves out headers beyond `maxHeadersCount` without a word, among them perhaps one that a proxy has put behind those of
 * its client. It begins when it has as many or more, so these are all the requests of which something may be missing.
 */
export const hasTooManyHeaders = ({ rawHeaders }: IncomingMessage): boolean => rawHeaders.length >= 2 * MOST_HEADERS;

export function refuseHeaders(request: IncomingMessage, response: ServerResponse, counts: ConnectionCounts): void {
  const error = headersTooLong();
  counts.badRequests.count(String(error.status));
  writeError(request, response, error, [...PROTOCOL_HEADERS.v2, 'Connection', 'close']);
}

export function refuseBadRequests(server: Server, counts: ConnectionCounts, log: LogSparingly): void {
  const refused = new WeakSet<Socket>();
  server.on('clientError', (error: NodeJS.ErrnoException, socket: HttpSocket) => {
    const answer = answerTo(error);
    if (!answer || !socket.writable) {
      socket.destroy();
      return;
    }
    // The parser complains again about each piece that follows.
    if (refused.has(socket)) return;
    refused.add(socket);
    counts.badRequests.count(String(answer.status));
    log('bad request', { status: answer.status, reason: error.code, peer: socket.remoteAddress });
    dropWhatFollows(socket);
    whenAnswered(socket, () => {
      // Whoever waits for the rest of the body learns by this that it will not come.
      if (isBodyWrong(socket)) socket.destroy();
      else closeWith(socket, socket.bytesRead > 0 ? formatAnswer(answer) : '');
    });
  });
}

/** Undefined: nobody is there to read an answer, or the fault is one of TLS. */
function answerTo({ code = '' }: NodeJS.ErrnoException): RegistryError | undefined {
  if (code === 'HPE_HEADER_OVERFLOW') return headersTooLong();
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return requestTimedOut();
  return code.startsWith('HPE_') ? requestMalformed() : undefined;
}

/** Listening to `data` takes the socket from the parser. */
function dropWhatFollows(socket: Socket): void {
  socket.removeAllListeners('data');
  socket.on('data', () => undefined);
}

/** Requests before the bad one may have been answered and not sent, or wait for their turn. */
function whenAnswered(socket: HttpSocket, act: () => void): void {
  const { _httpMessage: sending, parser } = socket;
  const isOfWrongBody = isBodyWrong(socket) && sending?.req === parser?.incoming;
  if (sending && !isOfWrongBody) sending.once('close', () => whenAnswered(socket, act));
  else act();
}

/** What is wrong belongs to a request that has begun, and may have been answered. */
const isBodyWrong = ({ parser }: HttpSocket): boolean => parser?.incoming?.complete === false;

function closeWith(socket: Socket, answer: string): void {
  socket.end(answer, 'latin1');
  const cut = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once('close', () => clearTimeout(cut));
}

function formatAnswer(error: RegistryError): string {
  const body = errorBody(error);
  return [
    `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status] ?? ''}`,
    `${PROTOCOL_HEADERS.v2[0]}: ${PROTOCOL_HEADERS.v2[1]}`,
    `Content-Type: ${JSON_TYPE}`,
    `Content-Length: ${body.length}`,
    `Date: ${new Date().toUTCString()}`,
    'Connection: close',
    '',
    body,
  ].join('\r\n');
}
