/**
 * Where a static tree is served: the `url` of a redirect file, ready for a published path to be put in.
 *
 *     https://cdn.example.com/a b?x=1   →   https://cdn.example.com/a%20b/ … ?x=1
 *
 * Spaces and characters beyond ASCII are percent-encoded, a missing slash is added, a query stays at the end. Pure.
 */
export interface StorageUrl {
  /** Absolute http(s) URL that ends with a slash, for example `https://cdn.example.com/pulp/docker/v2/hello/`. */
  prefix: string;
  /** What follows the path: empty, or a query with its question mark. */
  suffix: string;
}

/** `text` begins with http:// or https:// and has no fragment; undefined: the rest is no address. */
export function parseStorageUrl(text: string): StorageUrl | undefined {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return undefined;
  }
  const suffix = url.search;
  // Taking it out parses the whole once more. A question mark may also stand there alone.
  if (url.href.includes('?')) url.search = '';
  return { prefix: url.href.endsWith('/') ? url.href : `${url.href}/`, suffix };
}

/** `path` is made of validated parts only and has no leading slash: `manifests/2/latest`. */
export const locate = ({ prefix, suffix }: StorageUrl, path: string): string => prefix + path + suffix;
