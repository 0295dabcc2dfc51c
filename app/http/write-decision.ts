/**
 * Writes a decision to a client: the one place where answers become HTTP. Media types carry no charset and redirects no
 * body, which frameworks would add.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Challenge, Decision, HeaderLines, PublishedDecision } from '../decide/decision';
import type { RegistryError } from '../registry/errors';
import { errorBody, printError } from '../registry/errors';
import { JSON_TYPE } from '../registry/media-types';
import { fixLines, NOT_FOUND, writeSoundHead, type FixedLines } from './write-head';

/** Headers that every answer of a protocol carries. */
export const PROTOCOL_HEADERS = {
  v1: ['X-Docker-Registry-Version', '0.6.6', 'X-Docker-Registry-Config', 'common'],
  v2: ['Docker-Distribution-API-Version', 'registry/2.0'],
} satisfies Record<string, HeaderLines>;

export type Protocol = keyof typeof PROTOCOL_HEADERS;

const RETRY_AFTER_SECONDS = 5;

/** Delivers a published file: by a redirect, or with its content. `headers` go with whatever is answered. */
export type Deliver = (
  request: IncomingMessage,
  response: ServerResponse,
  decision: PublishedDecision,
  headers: FixedLines,
) => void;

export type WriteDecision = (
  request: IncomingMessage,
  response: ServerResponse,
  decision: Decision,
  protocol: Protocol,
) => void;

/** The value of `WWW-Authenticate`. */
export type FormatChallenge = (request: IncomingMessage, challenge: Challenge, protocol: Protocol) => string;

export function createWriteDecision(deliver: Deliver, formatChallenge: FormatChallenge): WriteDecision {
  return (request, response, decision, protocol) => {
    const common = commonHeaders(protocol, decision);
    switch (decision.kind) {
      case 'published':
        deliver(request, response, decision, common);
        break;
      case 'json':
        writeJson(request, response, decision.status, decision.body, [...common.lines, ...decision.headers]);
        break;
      case 'moved':
        response.writeHead(301, [...common.lines, 'Location', decision.location, 'Content-Length', '0']).end();
        break;
      case 'error': {
        const { challenge, error } = decision;
        if (error.status === 404 && !challenge) writeNotFound(request, response, error, common);
        else {
          const demand = challenge && ['WWW-Authenticate', formatChallenge(request, challenge, protocol)];
          writeError(request, response, error, demand ? [...common.lines, ...demand] : common.lines);
        }
        break;
      }
    }
  };
}

/** Vary header → all headers that go with it; there are only a few. */
const headersByVary = { v1: new Map<string, FixedLines>(), v2: new Map<string, FixedLines>() };
const privateHeadersByVary = { v1: new Map<string, FixedLines>(), v2: new Map<string, FixedLines>() };
const headersAlone = { v1: fixLines(PROTOCOL_HEADERS.v1), v2: fixLines(PROTOCOL_HEADERS.v2) };

/** The value of `Vary`; undefined: no such header. */
export function varyOf({ vary, isPrivate }: Decision): string | undefined {
  if (!isPrivate) return vary;
  return vary === undefined ? 'Authorization' : `${vary}, Authorization`;
}

function commonHeaders(protocol: Protocol, decision: Decision): FixedLines {
  const vary = varyOf(decision);
  if (vary === undefined) return headersAlone[protocol];
  const { isPrivate = false } = decision;
  const byVary = (isPrivate ? privateHeadersByVary : headersByVary)[protocol];
  const known = byVary.get(vary);
  if (known) return known;
  const notStored = isPrivate ? ['Cache-Control', 'no-store'] : [];
  const headers = fixLines([...PROTOCOL_HEADERS[protocol], 'Vary', vary, ...notStored]);
  byVary.set(vary, headers);
  return headers;
}

/** It makes old clients fall back to v1, so it is as frequent as a redirect, and its head is written in the same way. */
function writeNotFound(
  request: IncomingMessage,
  response: ServerResponse,
  error: RegistryError,
  { text }: FixedLines,
): void {
  const { text: body, isPlain } = printError(error);
  const length = isPlain ? body.length : Buffer.byteLength(body);
  writeSoundHead(response, NOT_FOUND, text + TYPE_LINE, length);
  sendBody(request, response, body, length);
}

const TYPE_LINE = `Content-Type: ${JSON_TYPE}\r\n`;

export function writeError(
  request: IncomingMessage,
  response: ServerResponse,
  error: RegistryError,
  headers: HeaderLines = [],
): void {
  writeJson(request, response, error.status, errorBody(error), withHeadersOf(error.status, headers));
}

function withHeadersOf(status: number, headers: HeaderLines): HeaderLines {
  if (status === 503) return [...headers, 'Retry-After', String(RETRY_AFTER_SECONDS)];
  return status === 405 ? [...headers, 'Allow', 'GET, HEAD'] : headers;
}

export function writeJson(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  body: string,
  headers: HeaderLines = [],
): void {
  const length = Buffer.byteLength(body);
  const lines = headers.slice();
  lines.push('Content-Type', JSON_TYPE, 'Content-Length', String(length));
  response.writeHead(status, lines);
  sendBody(request, response, body, length);
}

/** `length`: in bytes. */
function sendBody({ method }: IncomingMessage, response: ServerResponse, body: string, length: number): void {
  if (method === 'HEAD') response.end();
  // Plain ASCII, as nearly every answer is, goes out with less ado.
  else response.end(body, length === body.length ? 'latin1' : 'utf8');
}
