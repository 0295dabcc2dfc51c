/**
 * Decides what answers a request for the tags of a repository.
 *
 * Files that list everything are answered here; older ones point to the list in the static tree, as Crane does. Never an
 * empty list where v1 has the name: `docker pull -a` would call that a success. Rules: docs/request-handling.md. Pure.
 */
import type { DockerVersion } from '../registry/docker-version';
import { nameUnknown } from '../registry/errors';
import { JSON_TYPE } from '../registry/media-types';
import type { Page } from '../registry/pagination';
import { nextLink } from '../registry/pagination';
import type { ImageRepository, RegistryRepository } from '../redirects/repository';
import type { Decision } from './decision';
import { answerJson, fileOf, refuse } from './decision';

export interface TagsRequest {
  name: string;
  page: Page;
  client: DockerVersion;
}

export function decideTags(
  request: TagsRequest,
  registry: RegistryRepository | undefined,
  images: ImageRepository | undefined,
): Decision {
  if (registry?.layout === 'flat') return redirectToList(registry, request);
  if (!registry || (registry.listsSchema1 && registry.references.isEmpty)) {
    return images ? fallBack('tags of v1 only', request) : unknown(request);
  }
  const { references, listsSchema1 } = registry;
  const hasV1Tags = images !== undefined && images.references.tagCount > 0;
  if (!listsSchema1) {
    // Schema 1 content is not listed, but v1 has the name for certain and nothing richer can be missed.
    if (!references.isEmpty || !hasV1Tags) return redirectToList(registry, request);
    if (request.client.speaksV1) return fallBack('tags of v1, by a client that speaks it', request);
    return redirectToList(registry, request, 'User-Agent');
  }
  if (references.tagCount === 0 && hasV1Tags) return fallBack('tags of v1 only', request);
  return listTags(references.tags.bind(references), request);
}

function listTags(tags: (after?: string, limit?: number) => string[], { name, page }: TagsRequest): Decision {
  const { after, limit } = page;
  if (limit === undefined) return answerJson('tags', { name, tags: tags(after) });
  const oneMore = tags(after, limit + 1);
  const shown = oneMore.slice(0, limit);
  const last = oneMore.length > limit ? shown.at(-1) : undefined;
  const link = last === undefined ? [] : ['Link', nextLink(`/v2/${name}/tags/list`, last, limit)];
  return answerJson('tags', { name, tags: shown }, link);
}

function redirectToList(repository: RegistryRepository, { name }: TagsRequest, vary?: string): Decision {
  return {
    kind: 'published',
    rule: 'tags in the tree',
    file: fileOf(repository, 'tags/list', JSON_TYPE),
    digest: undefined,
    vary,
    missing: nameUnknown(name),
  };
}

const unknown = ({ name }: TagsRequest): Decision => refuse('tags of an unknown name', nameUnknown(name));

/** In the shape that makes docker fall back; 1.8 and 1.9 do so on any status but 404. */
const fallBack = (rule: string, { name, client }: TagsRequest): Decision =>
  refuse(
    rule,
    {
      status: client.readsNotFoundAsEmpty ? 400 : 404,
      code: 'MANIFEST_UNKNOWN',
      message: 'no tags for the registry API v2',
      detail: { Name: name },
    },
    'User-Agent',
  );
