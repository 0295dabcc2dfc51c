/**
 * The one handler of faults: a request that cannot be answered is logged once, with its cause, and told no more than that.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HeaderLines } from '../decide/decision';
import type { Logger } from '../observe/logger';
import { internalError } from '../registry/errors';
import { parseTarget } from './read-facts';
import { PROTOCOL_HEADERS, writeError } from './write-decision';

export type Fail = (request: IncomingMessage, response: ServerResponse, error: unknown) => void;

export const createFail =
  (logger: Logger): Fail =>
  (request, response, error) => {
    const { method, url = '' } = request;
    // Without the query, and without a password that an absolute target may hold.
    logger.error('request failed', { method, path: parseTarget(url).path, error });
    if (response.headersSent) response.destroy();
    else writeError(request, response, internalError(), headersOf(url));
  };

function headersOf(url: string): HeaderLines {
  if (url.startsWith('/v2/')) return PROTOCOL_HEADERS.v2;
  return url.startsWith('/v1/') ? PROTOCOL_HEADERS.v1 : [];
}
