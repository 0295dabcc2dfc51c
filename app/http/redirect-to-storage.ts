/**
 * Delivers a published file by a 302 to where it is served. An address that is signed is for one client and some minutes:
 * nothing may keep it.
 */
import type { Locate } from './storage-location';
import type { Deliver } from './write-decision';
import { FOUND, writeSoundHead } from './write-head';

/** `isSigned`: by `locate`. */
export const createRedirect =
  (locate: Locate, isSigned = false): Deliver =>
  (_request, response, { file, digest, isPrivate }, { text }) => {
    // A template would ask of each part whether it is a string.
    let lines = text + 'Location: ' + locate(file) + '\r\n';
    if (digest !== undefined) lines += 'Docker-Content-Digest: ' + digest + '\r\n';
    // What is private says so already.
    if (isSigned && !isPrivate && file.protocol === 'v2') lines += 'Cache-Control: no-store\r\n';
    writeSoundHead(response, FOUND, lines, 0);
    response.end();
  };
