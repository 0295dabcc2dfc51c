/**
 * Decides what answers a request for the catalog: the names of all repositories that the client may see. Pure.
 */
import type { Page } from '../registry/pagination';
import { nextLink } from '../registry/pagination';
import type { Decision } from './decision';
import { answerJson } from './decision';

/** The most names in one answer, and the number when the client asks for none. */
export const MOST_NAMES = 1000;

/** `names` begins after `page.after`, in byte order; only as many are taken as are needed. */
export function decideCatalog({ limit = MOST_NAMES }: Page, names: Iterable<string>): Decision {
  const shown: string[] = [];
  let isLastPage = true;
  for (const name of names) {
    isLastPage = shown.length < limit;
    if (!isLastPage) break;
    shown.push(name);
  }
  const last = isLastPage ? undefined : shown.at(-1);
  const link = last === undefined ? [] : ['Link', nextLink('/v2/_catalog', last, limit)];
  return answerJson('catalog', { repositories: shown }, link);
}
