/**
 * Writes the head of an answer from lines that have been checked already, as one text:
 *
 *     Docker-Distribution-API-Version: registry/2.0\r\nVary: Accept\r\nLocation: https://static.example.com/…\r\n
 *
 * node's `writeHead` judges each name and each value by a regular expression, and joins them piece by piece, which for a redirect
 * costs as much as finding out where it leads. It ends in `_storeHeader`, which takes the status line as it is; the lines follow it
 * there. What node adds, Date, Connection and the length, it adds as ever. `writeHead` gets the same lines where node has no such method any
 * more, and where somebody else has a hand in the response: has set headers, waits for its end, or has replaced one of the two, on it
 * or on the prototype. What was replaced on the prototype before this module was loaded cannot be told from node's own: a `writeHead` of
 * an agent that is loaded first (`node --require`) is passed over.
 */
import { type IncomingMessage, ServerResponse } from 'node:http';
import type { HeaderLines } from '../decide/decision';

/** Lines that many answers have in common, in both forms. */
export interface FixedLines {
  lines: HeaderLines;
  /** Each line with its end. */
  text: string;
}

/** The Content-Length that was announced, on a response whose end is told: `whenEnded`; null: none, in the short way. */
const ANNOUNCED = Symbol('announced length');

/** What node keeps on a response, and what is kept here. */
interface NodeResponse extends ServerResponse {
  [ANNOUNCED]?: number | null;
  _storeHeader?: (firstLine: string, lines?: HeaderLines) => void;
  /** What `_storeHeader` announces of a body of one piece. */
  _contentLength?: number | null;
  /** Not of an answer to HEAD, of which `_storeHeader` announces nothing. */
  _hasBody?: boolean;
  /** What `_storeHeader` has made. */
  _header?: string | null;
  /** The client waits for a 100 first. */
  _expect_continue?: boolean;
}

export const fixLines = (lines: HeaderLines): FixedLines => ({ lines, text: printLines(lines) });

export interface StatusLine {
  status: number;
  message: string;
  text: string;
}

const statusLineOf = (status: number, message: string): StatusLine => ({
  status,
  message,
  text: `HTTP/1.1 ${status} ${message}\r\n`,
});

/** Not looked up by their numbers, which takes longer. */
export const FOUND = statusLineOf(302, 'Found');
export const NOT_FOUND = statusLineOf(404, 'Not Found');

const prototype = ServerResponse.prototype as unknown as Record<'_storeHeader' | 'writeHead', unknown>;
/** As they are now: what the prototype has later may be somebody else's. */
const NODE = { _storeHeader: prototype._storeHeader, writeHead: prototype.writeHead };

/** Asked once, because a node that announced otherwise would do so without a word. */
const announcesLength = ((): boolean => {
  const asked = { method: 'GET', httpVersionMajor: 1, httpVersionMinor: 1 } as IncomingMessage;
  const probe: NodeResponse = new ServerResponse(asked);
  probe._contentLength = 7;
  probe._storeHeader?.('');
  return probe._header?.includes('\r\nContent-Length: 7\r\n') === true;
})();

/** `text`: lines with their ends, of printable ASCII. `contentLength`: bytes. */
export function writeSoundHead(
  response: ServerResponse,
  { status, message, text: statusLine }: StatusLine,
  text: string,
  contentLength: number,
): void {
  if (!isUntouched(response)) {
    response.writeHead(status, [...readLines(text), 'Content-Length', String(contentLength)]);
    return;
  }
  response.statusCode = status;
  response.statusMessage = message;
  if (response[ANNOUNCED] !== undefined) response[ANNOUNCED] = contentLength;
  if (announcesLength && response._hasBody === true && response.useChunkedEncodingByDefault) {
    response._contentLength = contentLength;
    response._storeHeader(statusLine + text);
    return;
  }
  // As a line of its own, which node judges, because node has to know of it.
  response._storeHeader(statusLine + text, ['Content-Length', String(contentLength)]);
}

/**
 * Calls back when the answer has ended, whole or not, with the Content-Length that was announced, however the head was written; undefined:
 * none. Once for each response, before it is answered.
 */
export function whenEnded(response: ServerResponse, act: (announced: string | undefined) => void): void {
  const watched: NodeResponse = response;
  // Headers that node's writeHead alone was given cannot be read back, unless one has been set by itself before.
  response.setHeader('Server', '').removeHeader('Server');
  watched[ANNOUNCED] = null;
  response.once('close', () => act((watched[ANNOUNCED] ?? response.getHeader('Content-Length'))?.toString()));
}

/** Whoever else waits for its end may want to read headers then. */
const isUntouched = (response: NodeResponse): response is NodeResponse & Required<Pick<NodeResponse, '_storeHeader'>> =>
  NODE._storeHeader !== undefined &&
  response._storeHeader === NODE._storeHeader &&
  response.writeHead === NODE.writeHead &&
  !response._expect_continue &&
  !response.headersSent &&
  response.getHeaderNames().length === 0 &&
  response.listenerCount('close') === (response[ANNOUNCED] === undefined ? 0 : 1);

function printLines(lines: HeaderLines): string {
  let text = '';
  for (let at = 0; at < lines.length; at += 2) text += `${lines[at]}: ${lines[at + 1]}\r\n`;
  return text;
}

const readLines = (text: string): string[] =>
  text
    .split('\r\n')
    .slice(0, -1)
    .flatMap((line) => {
      const colon = line.indexOf(': ');
      return [line.slice(0, colon), line.slice(colon + 2)];
    });
