/**
 * From a request of the registry API to the decision that answers it: path → PullRequest → index → what this client may
 * see → decision. Looks everything up first, so that the rules see one moment. Used for serving and for `explain`.
 */
import { remember, rememberLines } from './remember';
import type { Client } from '../access/policy/client';
import type { Decision, ErrorDecision } from '../decide/decision';
import { answerJson, demandCredentials, refuse } from '../decide/decision';
import { decideBlob, decideReferrers } from '../decide/decide-blob';
import { decideCatalog, MOST_NAMES } from '../decide/decide-catalog';
import { decideManifest } from '../decide/decide-manifest';
import { decideTags, tagRangeOf } from '../decide/decide-tags';
import type { ManifestRequest } from '../decide/manifest-request';
import { parseAccept, type Accept } from '../registry/accept';
import { parseDockerVersion } from '../registry/docker-version';
import { methodUnsupported, unavailable } from '../registry/errors';
import type { Page } from '../registry/pagination';
import { parsePage } from '../registry/pagination';
import type { PullRequest } from '../registry/pull-request';
import { parsePullRequest } from '../registry/pull-request';
import type { Lookup } from '../redirects/lookup';
import { admit } from './auth/admit';
import type { Gate } from './auth/gate';
import type { Identified } from './auth/identify';
import { listNames } from './listed-names';
import type { RequestFacts } from './read-facts';
import type { MaybePromise, RepositoryIndex } from '../store/repository-index';

/** What every answer needs. */
export interface Knowledge {
  index: RepositoryIndex;
  /** False until the data directory has been read completely once: what is not known then may exist. */
  isLoaded: () => boolean;
  /** Who may see what. */
  gate: Gate;
}

/** Clients of one kind send the same headers again and again. */
const readAccept = rememberLines(parseAccept);
const readDockerVersion = remember(parseDockerVersion);

export const NOT_LOADED = refuse('not loaded yet', unavailable('the redirect files have not been read yet'));

export const isReading = (method: string): boolean => method === 'GET' || method === 'HEAD';

/** Others, who show no password, are answered. */
export const BUSY: ErrorDecision = {
  ...refuse('busy', unavailable('too many passwords are being checked')),
  isPrivate: true,
};

/** Undefined: not a path of the registry API. Who asks is found out once, where it matters. */
export function resolvePull(
  request: RequestFacts,
  identify: () => MaybePromise<Identified>,
  knowledge: Knowledge,
): MaybePromise<Decision> | undefined {
  const { path, method } = request;
  if (path !== '/v2' && !path.startsWith('/v2/')) return undefined;
  if (!isReading(method)) return refuse('read-only', methodUnsupported(method));
  if (path === '/v2') return { kind: 'moved', rule: 'ping', location: '/v2/', vary: undefined };
  const pull = parsePullRequest(path);
  if (pull.kind === 'malformed') return refuse('0', pull.error);
  const who = identify();
  return who instanceof Promise
    ? who.then((found) => resolveFor(found, pull, request, knowledge))
    : resolveFor(who, pull, request, knowledge);
}

type SoundRequest = Exclude<PullRequest, { kind: 'malformed' }>;

function resolveFor(
  who: Identified,
  pull: SoundRequest,
  request: RequestFacts,
  knowledge: Knowledge,
): MaybePromise<Decision> {
  if (who.kind === 'busy') return BUSY;
  if (who.kind === 'refused') return demandCredentials('wrong credentials', { name: nameIn(pull), fault: who.fault });
  const { client } = who;
  const { index, isLoaded, gate } = knowledge;
  if (pull.kind === 'ping') return ping(client, gate);
  if (!isLoaded()) return NOT_LOADED;
  if (pull.kind === 'catalog') return listCatalog(request, client, knowledge);
  if (pull.kind === 'tags') return listTags(pull.name, request, client, knowledge);
  const lookup = index.find(pull.name, pull.kind === 'manifest' ? pull.reference : undefined);
  return lookup instanceof Promise
    ? lookup.then((found) => decideFor(client, pull, request, found, gate))
    : decideFor(client, pull, request, lookup, gate);
}

/** The challenge on the ping is the only one that every client believes. Whoever shows anything right passes. */
function ping({ user, token }: Client, { isAuthenticating }: Gate): Decision {
  if (isAuthenticating && user === undefined && !token) return demandCredentials('ping');
  const answer = answerJson('ping', {});
  return isAuthenticating ? { ...answer, isPrivate: true } : answer;
}

const nameIn = (pull: SoundRequest): string | undefined => ('name' in pull ? pull.name : undefined);

function decideFor(client: Client, pull: NamedRequest, request: RequestFacts, lookup: Lookup, gate: Gate): Decision {
  const admission = admit(client, pull.name, lookup, gate);
  if (admission.kind === 'refused') return admission.decision;
  return markPrivate(decide(pull, request, admission.lookup), admission, gate);
}

async function listTags(name: string, request: RequestFacts, client: Client, knowledge: Knowledge): Promise<Decision> {
  const { index, gate } = knowledge;
  const parsed = parsePage(request.query);
  const { tags, ...lookup } = await index.findTags(name, tagRangeOf(parsed.kind === 'invalid' ? NO_TAGS : parsed.page));
  const admission = admit(client, name, lookup, gate);
  if (admission.kind === 'refused') return admission.decision;
  // Only who may see the name is told what is wrong with the rest.
  if (parsed.kind === 'invalid') return markPrivate(refuse('page', parsed.error), admission, gate);
  const asked = { name, page: parsed.page, client: readDockerVersion(request.userAgent) };
  return markPrivate(decideTags(asked, { ...admission.lookup, tags }), admission, gate);
}

const NO_TAGS: Page = { limit: 0, after: undefined };

/** What is missing may be there for somebody else: where that is so and where it is not must look the same. */
export const markPrivate = (decision: Decision, { isPrivate }: { isPrivate: boolean }, { identify }: Gate): Decision =>
  isPrivate || (identify !== undefined && decision.kind === 'error') ? { ...decision, isPrivate: true } : decision;

type NamedRequest = Exclude<Extract<PullRequest, { name: string }>, { kind: 'tags' }>;

function decide(pull: NamedRequest, request: RequestFacts, lookup: Lookup): Decision {
  switch (pull.kind) {
    case 'manifest': {
      const { name, reference } = pull;
      return decideManifest(new AskedManifest(name, reference, request), lookup);
    }
    case 'blob':
      return decideBlob(pull.digest, lookup.registry);
    case 'referrers':
      return decideReferrers(pull.name, pull.digest);
  }
}

/** Reads headers only when a rule asks for them: for a digest, and for what is not there, none does. */
class AskedManifest implements ManifestRequest {
  constructor(
    readonly name: string,
    readonly reference: string,
    readonly facts: RequestFacts,
  ) {}

  get accept(): Accept {
    return readAccept(this.facts.acceptLines);
  }

  get speaksV1(): boolean {
    return readDockerVersion(this.facts.userAgent).speaksV1;
  }
}

async function listCatalog({ query }: RequestFacts, client: Client, { index, gate }: Knowledge): Promise<Decision> {
  const parsed = parsePage(query, MOST_NAMES);
  if (parsed.kind === 'invalid') return refuse('page', parsed.error);
  const { limit = MOST_NAMES, after } = parsed.page;
  // One more tells whether there is a next page.
  const decision = decideCatalog(parsed.page, await listNames({ client, after, most: limit + 1 }, index, gate.policy));
  return gate.identify ? { ...decision, isPrivate: true } : decision;
}
