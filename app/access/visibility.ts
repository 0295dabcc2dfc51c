/**
 * What a client may see. A protected repository is hidden: it looks as if it did not exist, on every route, so nobody
 * learns that it does. Pure.
 */
import type { Lookup } from '../redirects/lookup';
import type { Repository } from '../redirects/repository';

export const isVisible = ({ isProtected }: Repository): boolean => !isProtected;

/** The same lookup without what is hidden. */
export function hideProtected(lookup: Lookup): Lookup {
  const { registry, images } = lookup;
  const hidesRegistry = registry !== undefined && !isVisible(registry);
  const hidesImages = images !== undefined && !isVisible(images);
  if (!hidesRegistry && !hidesImages) return lookup;
  return {
    ...lookup,
    ...(hidesRegistry && { registry: undefined, published: undefined }),
    ...(hidesImages && { images: undefined, image: undefined }),
  };
}
