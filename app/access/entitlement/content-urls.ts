/**
 * The content URLs of a version 1 entitlement certificate: `/content/dist/rhel/server/$releasever/$basearch/os`.
 *
 * A path is covered when it begins with one of them, segment by segment; a variable stands for any one segment. A URL
 * without segments covers nothing: to the issuer it was an empty field, not a grant of everything.
 * Source: docs/access-control.md. Pure.
 */
import type { Covers } from './covers';
import { isVariable, splitPath } from './covers';

export function createUrlMatcher(urls: string[]): Covers {
  const patterns = urls.map(splitPath).filter((words) => words.length > 0);
  return (path) => {
    const segments = splitPath(path);
    return patterns.some((words) => words.every((word, index) => fits(word, segments[index])));
  };
}

/** `segment` is undefined where the path has ended. */
const fits = (word: string, segment: string | undefined): boolean =>
  segment !== undefined && (word === segment || isVariable(word));

/** Of a text or a list in memory, beside its characters or elements. */
const HEAD_BYTES = 32;

/** What a matcher of these keeps in memory. */
export const estimateUrlBytes = (urls: string[]): number =>
  urls.reduce((bytes, url) => bytes + HEAD_BYTES + 2 * url.length + splitPath(url).length * (HEAD_BYTES + 8), 0);
