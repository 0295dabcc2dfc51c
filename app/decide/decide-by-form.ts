/**
 * Decides where a tag or digest of a version 3 to 5 repository is served.
 *
 * The publisher files manifests by form, so one tag can exist three times under the storage URL:
 *     manifests/list/<reference>   manifest list
 *     manifests/2/<reference>      image manifest, schema 2
 *     manifests/1/<reference>      image manifest, schema 1
 * Rules and their order: docs/manifest-decision.md, rows 3 to 7. Pure.
 */
import type { Accept } from '../registry/accept';
import { manifestUnknown } from '../registry/errors';
import { looksLikeDigest } from '../registry/grammar';
import { MANIFEST_LIST, MANIFEST_SCHEMA1, MANIFEST_SCHEMA2 } from '../registry/media-types';
import type { PublishedReference } from '../redirects/reference-table';
import type { FormFacts } from '../redirects/repository';
import type { ManifestRequest } from './manifest-request';
import type { Decision } from './decision';
import { fileOf, refuse } from './decision';
import { HAS_AMD64, IN_LISTS, IN_SCHEMA1, IN_SCHEMA2 } from '../redirects/table-layout';

interface Listed {
  /** What the repository lists of the reference. */
  published: PublishedReference | undefined;
  /** The v1 images of the same name have the reference as a tag. */
  isTagOfV1: boolean;
}

/** Where the publisher files manifests of one form, and their media type. */
interface Form {
  directory: string;
  mediaType: string;
}

interface Choice {
  form: Form;
  reference: string;
  /** The file is certain to be there. */
  isListed: boolean;
  rule: string;
}

const LIST: Form = { directory: 'manifests/list/', mediaType: MANIFEST_LIST };
const SCHEMA2: Form = { directory: 'manifests/2/', mediaType: MANIFEST_SCHEMA2 };
const SCHEMA1: Form = { directory: 'manifests/1/', mediaType: MANIFEST_SCHEMA1 };

export function decideByForm(repository: FormFacts, request: ManifestRequest, listed: Listed): Decision {
  const missing = manifestUnknown(request.name, request.reference);
  const isByDigest = looksLikeDigest(request.reference);
  const vary = isByDigest ? undefined : varyOfTag(repository, listed);
  const choice = choose(repository, request, isByDigest, listed);
  if (typeof choice === 'string') return refuse(choice, missing, vary);
  const { form, reference, isListed, rule } = choice;
  return {
    kind: 'published',
    rule,
    file: fileOf(repository, form.directory + reference, form.mediaType),
    digest: isListed && (isByDigest || looksLikeDigest(reference)) ? reference : undefined,
    vary,
    missing,
  };
}

/** First rule that fits wins, richest form first; the name of a rule alone means that there is nothing to serve. */
function choose(
  repository: FormFacts,
  request: ManifestRequest,
  isByDigest: boolean,
  { published, isTagOfV1 }: Listed,
): Choice | string {
  const { reference } = request;
  if (published) {
    const rich = isByDigest
      ? chooseByDigest(published, reference)
      : chooseByAccept(published, reference, request.accept);
    if (rich) return rich;
  }
  if (repository.listsSchema1) {
    const inSchema1 = ((published?.forms ?? 0) & IN_SCHEMA1) !== 0;
    return inSchema1 ? { form: SCHEMA1, reference, isListed: true, rule: '7a' } : '7b';
  }
  // Files without schema1_data never list schema 1: an unlisted reference may exist there, but what v1 has is certain.
  if (isTagOfV1 && request.speaksV1) return '7c';
  return { form: SCHEMA1, reference, isListed: false, rule: '7d' };
}

/** A digest is published in one form only, so Accept has no say: containerd asks with the one type it learned by HEAD. */
function chooseByDigest({ forms }: PublishedReference, reference: string): Choice | undefined {
  if (forms & IN_LISTS) return { form: LIST, reference, isListed: true, rule: '3' };
  if (forms & IN_SCHEMA2) return { form: SCHEMA2, reference, isListed: true, rule: '3' };
  return undefined;
}

/** Rows 4 to 6, then 6w. */
const chooseByAccept = (published: PublishedReference, reference: string, accept: Accept): Choice | undefined =>
  chooseRich(published, reference, accept.readsLists, accept.readsSchema2) ??
  chooseByWildcard(published, reference, accept);

/** Rows 4 to 6. */
function chooseRich(
  { forms, value, valueNumber }: PublishedReference,
  reference: string,
  readsLists: boolean,
  readsSchema2: boolean,
): Choice | undefined {
  if (readsLists && forms & IN_LISTS) return { form: LIST, reference, isListed: true, rule: '4' };
  if (forms & HAS_AMD64) {
    // Shadows row 6: the tag means the list, so its image is the one for clients that cannot read lists.
    const form = valueNumber === 1 ? SCHEMA1 : SCHEMA2;
    return readsSchema2 || form === SCHEMA1 ? { form, reference: value, isListed: true, rule: '5a' } : undefined;
  }
  if (readsSchema2 && forms & IN_SCHEMA2) return { form: SCHEMA2, reference, isListed: true, rule: '6' };
  return undefined;
}

/** A client that reads anything gets the richest form, after all that it names itself. */
function chooseByWildcard(
  published: PublishedReference,
  reference: string,
  { readsListsByWildcard, readsSchema2ByWildcard }: Accept,
): Choice | undefined {
  const choice = chooseRich(published, reference, readsListsByWildcard, readsSchema2ByWildcard);
  return choice && { ...choice, rule: '6w' };
}

/** Row 7c depends on the client's version, where v1 has the tag too. */
const varyOfTag = ({ listsSchema1 }: FormFacts, { isTagOfV1 }: Listed): string =>
  isTagOfV1 && !listsSchema1 ? 'Accept, User-Agent' : 'Accept';
