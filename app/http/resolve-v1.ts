/**
 * From a request of the v1 protocol to the decision that answers it. Search is not here: it asks another server.
 */
import { hideProtected, isVisible } from '../access/visibility';
import type { Decision } from '../decide/decision';
import { answerJson, refuse } from '../decide/decision';
import { decideImageFile, decideImages, decideImageTag, decideImageTags } from '../decide/decide-v1';
import { methodUnsupported, pathUnsupported } from '../registry/errors';
import type { V1ContentRequest } from '../registry/v1-request';
import { parseV1Request } from '../registry/v1-request';
import type { ImageRepository } from '../redirects/repository';
import type { RepositoryIndex } from '../store/repository-index';
import type { RequestFacts } from './read-facts';
import type { Knowledge } from './resolve-pull';
import { isReading, NOT_LOADED } from './resolve-pull';

const STANDALONE = ['X-Docker-Registry-Standalone', 'True'];

/** Undefined: not a path of the v1 protocol, or a search. `endpoint` overrides the Host header. */
export async function resolveV1(
  request: RequestFacts,
  { index, isLoaded }: Knowledge,
  endpoint: string | undefined,
): Promise<Decision | undefined> {
  const { method, path } = request;
  if (path !== '/v1' && !path.startsWith('/v1/')) return undefined;
  const asked = parseV1Request(path);
  if (!asked) return refuse('v1 path unknown', pathUnsupported(path));
  // `docker login` creates a user; there is nothing to create, and nothing to refuse.
  if (asked.kind === 'users' && method === 'POST') {
    return { ...answerJson('v1 users', 'User Created', STANDALONE), status: 201 };
  }
  if (!isReading(method)) return refuse('read-only', methodUnsupported(method));
  if (asked.kind === 'search') return undefined;
  if (asked.kind === 'users') return answerJson('v1 users', 'OK', STANDALONE);
  if (asked.kind === 'ping') return answerJson('v1 ping', true, STANDALONE);
  if (!isLoaded()) return NOT_LOADED;
  const endpointAsked = endpoint ?? request.host ?? '';
  let refusal: Decision | undefined;
  for (const reading of asked.readings) {
    const decision = await decide(reading, index, endpointAsked);
    if (decision.kind !== 'error') return decision;
    refusal ??= decision;
  }
  return refusal;
}

async function decide(asked: V1ContentRequest, index: RepositoryIndex, endpoint: string): Promise<Decision> {
  if (asked.kind === 'file') {
    const owner = firstVisible(await index.findImage(asked.imageId));
    return decideImageFile(asked.imageId, asked.fileName, owner);
  }
  const { name } = asked;
  const { images } = hideProtected(await index.find(name));
  switch (asked.kind) {
    case 'images':
      return decideImages(name, images, endpoint);
    case 'tags':
      return decideImageTags(name, images);
    case 'tag':
      return decideImageTag(name, asked.tag, images);
  }
}

function firstVisible(owners: Iterable<ImageRepository>): ImageRepository | undefined {
  for (const owner of owners) if (isVisible(owner)) return owner;
  return undefined;
}
