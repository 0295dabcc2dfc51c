/**
 * The one handler of faults: a request that cannot be answered is logged once, with its cause, and told no more than that.
 * An index that does not know now is no fault of a request: it says in the log itself what is wrong, once.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HeaderLines } from '../decide/decision';
import type { Logger } from '../observe/logger';
import { internalError, unavailable } from '../registry/errors';
import { IndexUnavailable } from '../store/index-unavailable';
import type { AnswerCounts } from '../observe/answer-counts';
import { parseTarget } from './read-facts';
import { PROTOCOL_HEADERS, writeError } from './write-decision';

const INDEX_UNAVAILABLE = unavailable('the index cannot be asked now');

export type Fail = (request: IncomingMessage, response: ServerResponse, error: unknown) => void;

export const createFail =
  (logger: Logger, counts: AnswerCounts): Fail =>
  (request, response, error) => {
    const { method, url = '' } = request;
    if (error instanceof IndexUnavailable && !response.headersSent) {
      counts.count('index unavailable');
      writeError(request, response, INDEX_UNAVAILABLE, headersOf(url));
      return;
    }
    // Without the query, and without a password that an absolute target may hold.
    logger.error('request failed', { method, path: parseTarget(url).path, error });
    if (response.headersSent) response.destroy();
    else writeError(request, response, internalError(), headersOf(url));
  };

function headersOf(url: string): HeaderLines {
  const { path } = parseTarget(url);
  if (path.startsWith('/v2/')) return PROTOCOL_HEADERS.v2;
  return path.startsWith('/v1/') ? PROTOCOL_HEADERS.v1 : [];
}
