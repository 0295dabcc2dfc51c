/** What v1 images list, from their table. Pure. */
import type { ImageLists } from '../redirects/lookup';
import type { ImageRepository } from '../redirects/repository';
import { IS_IMAGE } from '../redirects/table-layout';

const NOTHING: ImageLists = { ids: [], tags: new Map() };

export function listImagesOf(repository: ImageRepository | undefined): ImageLists {
  if (!repository) return NOTHING;
  const { references } = repository;
  const ids: string[] = [];
  for (const { key, published } of references.entries()) if (published.forms & IS_IMAGE) ids.push(key);
  return { ids, tags: new Map(references.tags().map((tag) => [tag, references.find(tag)?.value ?? ''])) };
}
