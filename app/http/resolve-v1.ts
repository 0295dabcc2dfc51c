/**
 * From a request of the v1 protocol to the decision that answers it. Search is not here: it asks another server.
 *
 * Clients show Basic once, when they ask for the images of a repository, and from then on the token that they are given
 * with the answer. Files of an image are asked for without a name: any repository that has it will do.
 */
import { ANONYMOUS, type Client } from '../access/policy/client';
import type { Decision } from '../decide/decision';
import { answerJson, demandCredentials, refuse } from '../decide/decision';
import { decideImageFile, decideImages, decideImageTag, decideImageTags } from '../decide/decide-v1';
import { methodUnsupported, pathUnsupported } from '../registry/errors';
import type { V1ContentRequest } from '../registry/v1-request';
import { parseV1Request } from '../registry/v1-request';
import type { ImagesLookup, Lookup } from '../redirects/lookup';
import type { ImageFacts } from '../redirects/repository';
import type { MaybePromise, RepositoryIndex } from '../store/repository-index';
import { admit } from './auth/admit';
import type { Gate } from './auth/gate';
import type { Identified } from './auth/identify';
import type { RequestFacts } from './read-facts';
import type { Knowledge } from './resolve-pull';
import { BUSY, isReading, markPrivate, NOT_LOADED } from './resolve-pull';

const STANDALONE = ['X-Docker-Registry-Standalone', 'True'];

/**
 * Undefined: not a path of the v1 protocol, or a search. `endpoint` overrides the Host header. Who asks is found out once,
 * where it matters.
 */
export async function resolveV1(
  request: RequestFacts,
  identify: () => MaybePromise<Identified>,
  knowledge: Knowledge,
  endpoint: string | undefined,
): Promise<Decision | undefined> {
  const { method, path } = request;
  if (path !== '/v1' && !path.startsWith('/v1/')) return undefined;
  const asked = parseV1Request(path);
  if (!asked) return refuse('v1 path unknown', pathUnsupported(path));
  if (asked.kind === 'users' && method === 'POST') return createUser(knowledge.gate);
  if (!isReading(method)) return refuse('read-only', methodUnsupported(method));
  if (asked.kind === 'search') return undefined;
  if (asked.kind === 'ping') return answerJson('v1 ping', true, STANDALONE);
  const who = await identify();
  if (who.kind === 'busy') return BUSY;
  if (who.kind === 'refused') return demandCredentials('wrong credentials', { fault: who.fault });
  if (asked.kind === 'users') {
    return { ...answerJson('v1 users', 'OK', STANDALONE), isPrivate: knowledge.gate.isAuthenticating };
  }
  if (!knowledge.isLoaded()) return NOT_LOADED;
  const endpointAsked = endpoint ?? request.host ?? '';
  let refusal: Decision | undefined;
  for (const reading of asked.readings) {
    const decision = await decide(reading, who.client, knowledge, endpointAsked);
    if (decision.kind !== 'error') return decision;
    refusal ??= decision;
  }
  return refusal;
}

/**
 * `docker login` creates a user. Where users can log in, docker is told in the words that it looks for that there is one of
 * that name already: then it has the password checked. Otherwise there is nothing to create, and nothing to refuse.
 */
const createUser = ({ isAuthenticating }: Gate): Decision =>
  isAuthenticating
    ? { ...answerJson('v1 users', 'Username or email already exists', STANDALONE), status: 400 }
    : { ...answerJson('v1 users', 'User Created', STANDALONE), status: 201 };

async function decide(
  asked: V1ContentRequest,
  client: Client,
  { index, gate }: Knowledge,
  endpoint: string,
): Promise<Decision> {
  if (asked.kind === 'file') return decideFile(asked, client, index.findImage(asked.imageId), gate);
  // With what the other protocol has: whoever sees that may know that there is nothing for this one.
  const { lists, ...lookup } = await lookUp(asked, index);
  const admission = admit(client, asked.name, lookup, gate);
  if (admission.kind === 'refused') return admission.decision;
  const visible = admission.lookup;
  const decision = decideNamed(asked, { ...visible, lists: visible.images && lists }, client, gate, endpoint);
  return markPrivate(decision, admission, gate);
}

type NamedRequest = Exclude<V1ContentRequest, { kind: 'file' }>;

/** `lists`: where they are asked for. */
type Found = Lookup & Partial<Pick<ImagesLookup, 'lists'>>;

const lookUp = (asked: NamedRequest, index: RepositoryIndex): MaybePromise<Found> =>
  asked.kind === 'tag' ? index.find(asked.name, asked.tag) : index.findImages(asked.name);

function decideNamed(
  asked: NamedRequest,
  { image, lists }: { [K in keyof Found]: Found[K] | undefined },
  client: Client,
  { v1Tokens }: Gate,
  endpoint: string,
): Decision {
  const { name } = asked;
  switch (asked.kind) {
    case 'images': {
      const decision = decideImages(name, lists, endpoint);
      if (decision.kind !== 'json' || !v1Tokens) return decision;
      // A token for the anonymous too: without one, clients go on with nothing that could be verified.
      const { header } = v1Tokens.issue({ user: client.user, name });
      const headers = [...decision.headers, 'X-Docker-Token', header, 'WWW-Authenticate', `Token ${header}`];
      return { ...decision, headers, isPrivate: true };
    }
    case 'tags':
      return decideImageTags(name, lists);
    case 'tag':
      return decideImageTag(name, asked.tag, image);
  }
}

async function decideFile(
  { imageId, fileName }: Extract<V1ContentRequest, { kind: 'file' }>,
  client: Client,
  owners: ReturnType<RepositoryIndex['findImage']>,
  { policy, identify, isAuthenticating }: Gate,
): Promise<Decision> {
  const owner = await findFirst(owners, (repository) => policy.mayPull(client, repository));
  if (!owner && isAuthenticating && client.user === undefined) return demandCredentials('not allowed');
  const decision = decideImageFile(imageId, fileName, owner);
  return identify && !(owner && policy.mayPull(ANONYMOUS, owner)) ? { ...decision, isPrivate: true } : decision;
}

async function findFirst(
  owners: ReturnType<RepositoryIndex['findImage']>,
  fits: (owner: ImageFacts) => boolean,
): Promise<ImageFacts | undefined> {
  for await (const owner of owners) if (fits(owner)) return owner;
  return undefined;
}
