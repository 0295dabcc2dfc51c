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
