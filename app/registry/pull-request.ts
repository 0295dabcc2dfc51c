/**
 * Reads a path of the registry API into what it asks for.
 *
 *     /v2/                                   ping
 *     /v2/_catalog                           catalog
 *     /v2/<name>/manifests/<reference>       manifest
 *     /v2/<name>/blobs/<digest>              blob
 *     /v2/<name>/tags/list                   tags
 *     /v2/<name>/referrers/<digest>          referrers
 *
 * What follows the name never holds a slash, so the last two components say what is asked for and all before them is the
 * name: repositories and tags called `tags`, `manifests` or `blobs` work. The path is cut before anything is decoded, and
 * every part obeys the grammar afterwards. Source: OCI distribution specification 1.1, "Endpoints". Pure.
 */
import { isDigest, isName, isTag, looksLikeDigest } from './grammar';
import type { RegistryError } from './errors';
import { blobUnknown, digestInvalid, manifestUnknown, nameInvalid, pathUnsupported } from './errors';

export type PullRequest =
  | { kind: 'ping' }
  | { kind: 'catalog' }
  | { kind: 'manifest'; name: string; reference: string }
  | { kind: 'blob'; name: string; digest: string }
  | { kind: 'tags'; name: string }
  | { kind: 'referrers'; name: string; digest: string }
  | { kind: 'malformed'; error: RegistryError };

const PREFIX = '/v2/';
const SLASH = 0x2f;
const ENCODED_SLASH = /%2f/i;

/** `path` begins with `/v2/` and has no query. */
export function parsePullRequest(path: string): PullRequest {
  if (path === PREFIX) return { kind: 'ping' };
  if (path === '/v2/_catalog') return { kind: 'catalog' };
  const lastSlash = findSlash(path, path.length - 1);
  const slashBefore = findSlash(path, lastSlash - 1);
  const rest = decodePart(path.slice(lastSlash + 1));
  const name = decodePart(path.slice(PREFIX.length, slashBefore));
  switch (path.slice(slashBefore + 1, lastSlash)) {
    case 'manifests':
      return isName(name) ? parseManifest(name, rest) : malformed(nameInvalid(name));
    case 'blobs':
      if (!isName(name)) return malformed(nameInvalid(name));
      return isDigest(rest) ? { kind: 'blob', name, digest: rest } : malformed(blobUnknown(rest));
    case 'tags':
      if (rest !== 'list') return malformed(pathUnsupported(path));
      return isName(name) ? { kind: 'tags', name } : malformed(nameInvalid(name));
    case 'referrers':
      if (!isName(name)) return malformed(nameInvalid(name));
      return isDigest(rest) ? { kind: 'referrers', name, digest: rest } : malformed(digestInvalid(rest));
    default:
      return malformed(explainPath(path));
  }
}

/** The last slash at or before `from`; there is one at the start. `lastIndexOf` leaves JavaScript for it, which takes longer. */
function findSlash(path: string, from: number): number {
  let at = from;
  while (at > 0 && path.charCodeAt(at) !== SLASH) at--;
  return at;
}

function parseManifest(name: string, reference: string): PullRequest {
  if (looksLikeDigest(reference)) {
    return isDigest(reference) ? { kind: 'manifest', name, reference } : malformed(digestInvalid(reference));
  }
  return isTag(reference) ? { kind: 'manifest', name, reference } : malformed(manifestUnknown(name, reference));
}

/** Something like `/v2/a/manifests/b/c` is a manifest that nobody has; anything else is no path of ours. */
function explainPath(path: string): RegistryError {
  const at = path.lastIndexOf('/manifests/');
  const name = path.slice(PREFIX.length, at);
  return at > PREFIX.length && isName(name)
    ? manifestUnknown(name, path.slice(at + '/manifests/'.length))
    : pathUnsupported(path);
}

const malformed = (error: RegistryError): PullRequest => ({ kind: 'malformed', error });

/** Percent-decodes one part; what cannot be decoded, or hides a slash, stays as it is and fails the grammar. */
function decodePart(text: string): string {
  if (!text.includes('%') || ENCODED_SLASH.test(text)) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
