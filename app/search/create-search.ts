/**
 * Answers `docker search` from the search service that crane.conf names: Solr, or else a Google Search Appliance.
 * Which of the results a client may see is for the caller to decide: `isFiltered`.
 */
import type { Config } from '../config/config';
import { fetchBody, type Failure, type Limits } from './fetch-body';
import { createGsaUrl, parseGsaAnswer } from './gsa';
import type { SearchResult } from './search-result';
import { createSolrUrl, parseSolrAnswer } from './solr';

export type SearchOutcome = { kind: 'found'; results: SearchResult[] } | Failure;

export type Search = (query: string) => Promise<SearchOutcome>;

/** Crane waits one second; a page of results is a few kilobytes. */
const defaultLimits: Limits = { timeoutMs: 1000, maximumBytes: 4 * 1024 * 1024 };

/** Undefined when no search service is configured. */
export function createSearch({ solrUrl, gsaUrl }: Config['search'], limits = defaultLimits): Search | undefined {
  if (solrUrl !== undefined) return createBackend((query) => createSolrUrl(solrUrl, query), parseSolrAnswer, limits);
  if (gsaUrl !== undefined) return createBackend((query) => createGsaUrl(gsaUrl, query), parseGsaAnswer, limits);
  return undefined;
}

function createBackend(
  createUrl: (query: string) => string,
  parseAnswer: (body: Buffer) => SearchResult[] | undefined,
  limits: Limits,
): Search {
  return async (query) => {
    const answer = await fetchBody(createUrl(query), limits);
    if (answer.kind === 'failed') return answer;
    const results = parseAnswer(answer.body);
    if (results) return { kind: 'found', results };
    return { kind: 'failed', status: 502, reason: 'the search service sent something else than results' };
  };
}
