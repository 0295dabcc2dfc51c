/**
 * Decides what answers a request for a manifest: the table in docs/manifest-decision.md, first row that fits.
 *
 * Rows 0 (malformed) and the hiding of row 1 come before this: the lookup holds only what the client may see. Pure.
 */
import { manifestUnknown } from '../registry/errors';
import { looksLikeDigest } from '../registry/grammar';
import type { Lookup } from '../redirects/lookup';
import type { FlatRepository } from '../redirects/repository';
import { decideByForm } from './decide-by-form';
import type { Decision } from './decision';
import { fileOf, refuse } from './decision';
import type { ManifestRequest } from './manifest-request';
import { IS_IMAGE_TAG } from '../redirects/table-layout';

export function decideManifest(request: ManifestRequest, lookup: Lookup): Decision {
  const { registry } = lookup;
  if (!registry) {
    return refuse('1', manifestUnknown(request.name, request.reference));
  }
  if (registry.layout === 'flat') return redirectFlat(registry, request);
  return decideByForm(registry, request, {
    published: lookup.published,
    isTagOfV1: ((lookup.image?.forms ?? 0) & IS_IMAGE_TAG) !== 0,
  });
}

/** The flat layout has one place for every reference, and no list of what exists. */
function redirectFlat(repository: FlatRepository, { name, reference }: ManifestRequest): Decision {
  return {
    kind: 'published',
    rule: '2',
    file: fileOf(repository, `manifests/${reference}`),
    digest: undefined,
    vary: looksLikeDigest(reference) ? undefined : 'Accept',
    missing: manifestUnknown(name, reference),
  };
}
