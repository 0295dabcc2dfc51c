/**
 * `GET /v1/search?q=…`, as docker search asks: what the search appliance finds and the client may see. Without an
 * appliance it is 404; before the first load, when nobody can say what may be seen, 503.
 */
import type { Request, Response } from 'express';
import { ANONYMOUS, type Client } from '../access/policy/client';
import { hideFrom } from '../access/policy/visibility';
import type { Logger } from '../observe/logger';
import type { Search } from '../search/create-search';
import { namesOfResult } from '../search/result-names';
import type { SearchResult } from '../search/search-result';
import type { RepositoryIndex } from '../store/repository-index';
import type { Gate } from './auth/gate';
import { readFacts } from './read-facts';
import type { Knowledge } from './resolve-pull';
import { NOT_LOADED } from './resolve-pull';
import { PROTOCOL_HEADERS, writeError, writeJson } from './write-decision';

export const createSearchHandler =
  (search: Search | undefined, { index, isLoaded, gate }: Knowledge, logger: Logger) =>
  async (request: Request, response: Response): Promise<void> => {
    const fail = (status: number, message: string): void =>
      writeError(request, response, { status, code: 'UNSUPPORTED', message, detail: {} }, PROTOCOL_HEADERS.v1);
    const query = new URLSearchParams(readFacts(request).query).get('q') ?? '';
    if (query === '') {
      fail(400, 'parameter "q" is required');
      return;
    }
    if (!search) {
      fail(404, 'no search is configured');
      return;
    }
    if (!isLoaded()) {
      writeError(request, response, NOT_LOADED.error, PROTOCOL_HEADERS.v1);
      return;
    }
    const outcome = await search(query);
    if (outcome.kind === 'failed') {
      const { status, reason } = outcome;
      logger.warn('search failed', { status, reason });
      fail(status, 'the search service cannot be asked');
      return;
    }
    const who = await gate.identify?.(request);
    // Clients search without a token; whoever shows something wrong finds what everybody finds.
    const client = who?.kind === 'client' ? who.client : ANONYMOUS;
    const results: SearchResult[] = [];
    for (const result of outcome.results) {
      if (await isShown(result, client, index, gate)) results.push(result);
    }
    const body = { query, num_results: results.length, results: results.map(describe) };
    const headers = gate.identify ? [...PROTOCOL_HEADERS.v1, ...PRIVATE_HEADERS] : PROTOCOL_HEADERS.v1;
    writeJson(request, response, 200, JSON.stringify(body), headers);
  };

const PRIVATE_HEADERS = ['Vary', 'Authorization', 'Cache-Control', 'no-store'];

/** What is served here is shown to those who may pull it; of the rest, what the appliance shows to everybody. */
async function isShown(
  { name, isFiltered }: SearchResult,
  client: Client,
  index: RepositoryIndex,
  { policy }: Gate,
): Promise<boolean> {
  let isServed = false;
  for (const meant of namesOfResult(name)) {
    const found = await index.find(meant);
    const { registry, images } = hideFrom(client, found, policy);
    if (!registry && !images && (found.registry ?? found.images)) return false;
    isServed ||= registry !== undefined || images !== undefined;
  }
  return isServed || !isFiltered;
}

/** The keys that docker and Crane use. */
const describe = ({ name, description, isTrusted, isOfficial, starCount, isFiltered }: SearchResult): object => ({
  name,
  description,
  is_trusted: isTrusted,
  is_official: isOfficial,
  star_count: starCount,
  should_filter: isFiltered,
});
