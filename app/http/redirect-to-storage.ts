/** Delivers a published file by a 302 to where it is served. */
import type { Locate } from './storage-location';
import type { Deliver } from './write-decision';

export const createRedirect =
  (locate: Locate): Deliver =>
  (_request, response, decision, headers) => {
    response.writeHead(302, { ...headers, Location: locate(decision.file), 'Content-Length': '0' }).end();
  };
