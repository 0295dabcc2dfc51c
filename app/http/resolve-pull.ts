/**
 * From a request of the registry API to the decision that answers it: path → PullRequest → index → what the client may
 * see → decision. Looks everything up first, so that the rules see one moment. Used for serving and for `explain`.
 */
import { remember } from './remember';
import { hideProtected, isVisible } from '../access/visibility';
import type { Decision } from '../decide/decision';
import { answerJson, refuse } from '../decide/decision';
import { decideBlob, decideReferrers } from '../decide/decide-blob';
import { decideCatalog, MOST_NAMES } from '../decide/decide-catalog';
import { decideManifest } from '../decide/decide-manifest';
import { decideTags } from '../decide/decide-tags';
import { parseAccept } from '../registry/accept';
import { parseDockerVersion } from '../registry/docker-version';
import { methodUnsupported, unavailable } from '../registry/errors';
import { looksLikeDigest } from '../registry/grammar';
import { parsePage } from '../registry/pagination';
import type { PullRequest } from '../registry/pull-request';
import { parsePullRequest } from '../registry/pull-request';
import type { Lookup } from '../redirects/lookup';
import type { RequestFacts } from './read-facts';
import type { MaybePromise, RepositoryIndex } from '../store/repository-index';

/** What every answer needs. */
export interface Knowledge {
  index: RepositoryIndex;
  /** False until the data directory has been read completely once: what is not known then may exist. */
  isLoaded: () => boolean;
}

/** Clients of one kind send the same headers again and again. */
const readAccept = remember(parseAccept);
const readDockerVersion = remember(parseDockerVersion);

const ANY_CLIENT = { accept: parseAccept(undefined), speaksV1: false };

export const NOT_LOADED = refuse('not loaded yet', unavailable('the redirect files have not been read yet'));

export const isReading = (method: string): boolean => method === 'GET' || method === 'HEAD';

/** Undefined: not a path of the registry API. */
export function resolvePull(request: RequestFacts, { index, isLoaded }: Knowledge): MaybePromise<Decision> | undefined {
  const { path, method } = request;
  if (path !== '/v2' && !path.startsWith('/v2/')) return undefined;
  if (!isReading(method)) return refuse('read-only', methodUnsupported(method));
  if (path === '/v2') return { kind: 'moved', rule: 'ping', location: '/v2/', vary: undefined };
  const pull = parsePullRequest(path);
  if (pull.kind === 'ping') return answerJson('ping', {});
  if (pull.kind === 'malformed') return refuse('0', pull.error);
  if (!isLoaded()) return NOT_LOADED;
  if (pull.kind === 'catalog') return listCatalog(request, index);
  const lookup = index.find(pull.name, pull.kind === 'manifest' ? pull.reference : undefined);
  return lookup instanceof Promise
    ? lookup.then((found) => decide(pull, request, hideProtected(found)))
    : decide(pull, request, hideProtected(lookup));
}

type NamedRequest = Extract<PullRequest, { name: string }>;

function decide(pull: NamedRequest, request: RequestFacts, lookup: Lookup): Decision {
  switch (pull.kind) {
    case 'manifest': {
      const { name, reference } = pull;
      // A digest is in one place, whatever the client says of itself: its headers are not even read.
      if (looksLikeDigest(reference)) return decideManifest({ name, reference, ...ANY_CLIENT }, lookup);
      const { speaksV1 } = readDockerVersion(request.userAgent);
      return decideManifest({ name, reference, accept: readAccept(request.accept), speaksV1 }, lookup);
    }
    case 'blob':
      return decideBlob(pull.digest, lookup.registry);
    case 'referrers':
      return decideReferrers(pull.name, pull.digest);
    case 'tags': {
      const parsed = parsePage(request.query);
      if (parsed.kind === 'invalid') return refuse('page', parsed.error);
      const client = readDockerVersion(request.userAgent);
      return decideTags({ name: pull.name, page: parsed.page, client }, lookup.registry, lookup.images);
    }
  }
}

function listCatalog({ query }: RequestFacts, index: RepositoryIndex): Decision {
  const parsed = parsePage(query, MOST_NAMES);
  if (parsed.kind === 'invalid') return refuse('page', parsed.error);
  return decideCatalog(parsed.page, visibleNames(index, parsed.page.after));
}

function* visibleNames(index: RepositoryIndex, after: string | undefined): Generator<string> {
  for (const repository of index.registriesAfter(after)) {
    if (isVisible(repository)) yield repository.name;
  }
}
