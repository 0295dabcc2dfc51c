/**
 * What a client may see. What it may not pull is hidden: it looks as if it did not exist, on every route, so nobody
 * learns that it does. Pure.
 */
import type { Lookup } from '../../redirects/lookup';
import type { Client } from './client';
import type { Policy } from './policy';

/** The lookup as this client sees it; the same one, if nothing is hidden. */
export function hideFrom(client: Client, lookup: Lookup, policy: Policy): Lookup {
  const { registry, images } = lookup;
  const hidesRegistry = registry !== undefined && !policy.mayPull(client, registry);
  const hidesImages = images !== undefined && !policy.mayPull(client, images);
  if (!hidesRegistry && !hidesImages) return lookup;
  return {
    ...lookup,
    ...(hidesRegistry && { registry: undefined, published: undefined }),
    ...(hidesImages && { images: undefined, image: undefined }),
  };
}
