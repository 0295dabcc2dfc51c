/**
 * Decides what answers a request for a blob or for referrers. A digest is all that a blob's path is made of, and versions
 * 1 to 5 of the redirect file list no blobs: it is where the tree has it, or the storage says that it is not. Pure.
 */
import { blobUnknown, manifestUnknown } from '../registry/errors';
import { OCTET_STREAM } from '../registry/media-types';
import type { RegistryFacts } from '../redirects/repository';
import type { Decision } from './decision';
import { fileOf, refuse } from './decision';

/** `digest` is valid. */
export function decideBlob(digest: string, registry: RegistryFacts | undefined): Decision {
  const missing = blobUnknown(digest);
  if (!registry) return refuse('blob of an unknown name', missing);
  return {
    kind: 'published',
    rule: 'blob',
    file: fileOf(registry, 'blobs/' + digest, OCTET_STREAM),
    digest,
    vary: undefined,
    missing,
  };
}

/** 404 says "not offered": clients then ask for the tag `sha256-<hex>`. */
export const decideReferrers = (name: string, digest: string): Decision =>
  refuse('referrers are not published', manifestUnknown(name, digest));
