/** Delivers a published file by a 302 to where it is served. */
import type { Locate } from './storage-location';
import type { Deliver } from './write-decision';

export const createRedirect =
  (locate: Locate): Deliver =>
  (_request, response, { file, digest }, headers) => {
    const location = locate(file);
    const lines =
      digest === undefined
        ? headers.concat('Location', location, 'Content-Length', '0')
        : headers.concat('Location', location, 'Content-Length', '0', 'Docker-Content-Digest', digest);
    response.writeHead(302, lines).end();
  };
