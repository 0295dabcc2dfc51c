/**
 * What a client may see. What it may not pull is hidden: it looks as if it did not exist, on every route, so nobody
 * learns that it does. Pure.
 */
import type { Lookup } from '../redirects/lookup';
import type { Repository } from '../redirects/repository';
import type { Client } from './client';
import type { Policy } from './policy';

/** What everyone may see where nothing says otherwise. */
export const isVisible = ({ isProtected }: Repository): boolean => !isProtected;

/** The same lookup without what may not be pulled. */
export function hide(lookup: Lookup, mayPull: (repository: Repository) => boolean): Lookup {
  const { registry, images } = lookup;
  const hidesRegistry = registry !== undefined && !mayPull(registry);
  const hidesImages = images !== undefined && !mayPull(images);
  if (!hidesRegistry && !hidesImages) return lookup;
  return {
    ...lookup,
    ...(hidesRegistry && { registry: undefined, published: undefined }),
    ...(hidesImages && { images: undefined, image: undefined }),
  };
}

export const hideProtected = (lookup: Lookup): Lookup => hide(lookup, isVisible);

/** The lookup as this client sees it. */
export const hideFrom = (client: Client, lookup: Lookup, policy: Policy): Lookup =>
  hide(lookup, (repository) => policy.mayPull(client, repository));
