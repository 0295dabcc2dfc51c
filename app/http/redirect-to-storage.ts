/**
 * Delivers a published file by a 302 to where it is served. An address that is signed is for one client and some minutes:
 * nothing may keep it.
 */
import type { HeaderLines } from '../decide/decision';
import type { Locate } from './storage-location';
import type { Deliver } from './write-decision';

const NOT_STORED: HeaderLines = ['Cache-Control', 'no-store'];

export const createRedirect =
  (locate: Locate, isSigned = false): Deliver =>
  (_request, response, { file, digest, isPrivate }, common) => {
    const location = locate(file);
    const headers = isSigned && !isPrivate && file.protocol === 'v2' ? common.concat(NOT_STORED) : common;
    const lines =
      digest === undefined
        ? headers.concat('Location', location, 'Content-Length', '0')
        : headers.concat('Location', location, 'Content-Length', '0', 'Docker-Content-Digest', digest);
    response.writeHead(302, lines).end();
  };
