/**
 * `GET /v1/search?q=…`, as docker search asks: what the search appliance finds and the client may see. Without an
 * appliance it is 404; before the first load, when nobody can say what may be seen, 503.
 */
import type { Request, Response } from 'express';
import { hideProtected } from '../access/visibility';
import type { Logger } from '../observe/logger';
import type { Search } from '../search/create-search';
import type { SearchResult } from '../search/search-result';
import type { RepositoryIndex } from '../store/repository-index';
import { readFacts } from './read-facts';
import type { Knowledge } from './resolve-pull';
import { NOT_LOADED } from './resolve-pull';
import { PROTOCOL_HEADERS, writeError, writeJson } from './write-decision';

export const createSearchHandler =
  (search: Search | undefined, { index, isLoaded }: Knowledge, logger: Logger) =>
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
    const results: SearchResult[] = [];
    for (const result of outcome.results) {
      if (!result.isFiltered || (await isServed(result.name, index))) results.push(result);
    }
    const body = { query, num_results: results.length, results: results.map(describe) };
    writeJson(request, response, 200, JSON.stringify(body), PROTOCOL_HEADERS.v1);
  };

async function isServed(name: string, index: RepositoryIndex): Promise<boolean> {
  const { registry, images } = hideProtected(await index.find(name));
  return registry !== undefined || images !== undefined;
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
