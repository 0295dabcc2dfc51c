/**
 * Delivers a published file by a 302 to where it is served. An address that is signed is for one client and some minutes:
 * nothing may keep it.
 */
import type { Locate } from './storage-location';
import type { Deliver } from './write-decision';

export const createRedirect =
  (locate: Locate, isSigned = false): Deliver =>
  (_request, response, { file, digest, isPrivate }, headers) => {
    const lines = headers.slice();
    lines.push('Location', locate(file), 'Content-Length', '0');
    if (digest !== undefined) lines.push('Docker-Content-Digest', digest);
    // What is private says so already.
    if (isSigned && !isPrivate && file.protocol === 'v2') lines.push('Cache-Control', 'no-store');
    response.writeHead(302, lines).end();
  };
