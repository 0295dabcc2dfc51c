/** Delivers a published file by a 302 to where it is served. */
import type { Locate } from './storage-location';
import type { Deliver } from './write-decision';

export const createRedirect =
  (locate: Locate): Deliver =>
  (_request, response, { file, digest }, headers) => {
    const lines = [...headers, 'Location', locate(file), 'Content-Length', '0'];
    if (digest !== undefined) lines.push('Docker-Content-Digest', digest);
    response.writeHead(302, lines).end();
  };
