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
import type { TagRange, TagsLookup } from '../redirects/lookup';
import type { RegistryFacts } from '../redirects/repository';
import type { Decision } from './decision';
import { answerJson, fileOf, refuse } from './decision';

export interface TagsRequest {
  name: string;
  page: Page;
  client: DockerVersion;
}

/** How many tags have to be looked up for a page: one more tells whether there is a next one. */
export const tagRangeOf = ({ after, limit }: Page): TagRange => ({
  after,
  most: limit === undefined ? Infinity : limit + 1,
});

/** `tags`: those of the range above. */
export function decideTags(request: TagsRequest, { registry, images, tags }: TagsLookup): Decision {
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
  return listTags(tags, request);
}

function listTags(tags: readonly string[], { name, page: { limit } }: TagsRequest): Decision {
  if (limit === undefined) return answerJson('tags', { name, tags });
  const shown = tags.slice(0, limit);
  const last = tags.length > limit ? shown.at(-1) : undefined;
  const link = last === undefined ? [] : ['Link', nextLink(`/v2/${name}/tags/list`, last, limit)];
  return answerJson('tags', { name, tags: shown }, link);
}

function redirectToList(repository: RegistryFacts, { name }: TagsRequest, vary?: string): Decision {
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
