/**
 * The pages of lists: `?n=<most>&last=<after>` in, `Link: </v2/…?last=…&n=…>; rel="next"` out.
 *
 * `n=0` is an empty page without a Link; `last` is exclusive and needs no `n`; entries are in byte order.
 * Source: OCI distribution specification 1.1, "Listing Tags"; docker registry HTTP API, "Pagination". Pure.
 */
import type { RegistryError } from './errors';
import { pageInvalid } from './errors';

export interface Page {
  /** Most entries to give; undefined: all. */
  limit: number | undefined;
  /** Only entries that sort after this one. */
  after: string | undefined;
}

export type ParsedPage = { kind: 'page'; page: Page } | { kind: 'invalid'; error: RegistryError };

/** `query` without the question mark; unknown parameters are ignored. `most` is the largest `n` that is served. */
export function parsePage(query: string, most = Number.MAX_SAFE_INTEGER): ParsedPage {
  const parameters = new URLSearchParams(query);
  const n = parameters.get('n') ?? undefined;
  const after = parameters.get('last') ?? undefined;
  if (n === undefined) return { kind: 'page', page: { limit: undefined, after } };
  const limit = /^\d{1,16}$/.test(n) ? Number(n) : NaN;
  if (!(limit <= most)) return { kind: 'invalid', error: pageInvalid(n) };
  return { kind: 'page', page: { limit, after } };
}

/** Begins with a slash: clients resolve it against the registry that they asked. */
export const nextLink = (path: string, last: string, limit: number): string =>
  `<${path}?last=${encodeURIComponent(last)}&n=${limit}>; rel="next"`;
