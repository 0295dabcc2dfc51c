/**
 * Writes redirect files, versions 1 to 5, with the fields and in the manner of Pulp: one line of JSON, the lists in no
 * useful order, the storage URL with a slash at its end. Version 5, and version 4 with `schema1_data` given as extra
 * field, are this project's. Source: docs/redirect-files.md. Pure.
 */
import { sha256Hex } from './digest';
import type { Manifest } from './image';
import type { V1Image } from './v1-image';

export interface Publication {
  /** The Pulp repository id: names the directory and the file. */
  id: string;
  /** What clients pull; the id when absent. */
  name?: string;
  /** Of the v2 file; 4 when absent, as by the last Pulp. */
  version?: 2 | 3 | 4 | 5;
  /** Where the static tree is served. */
  url?: string;
  isProtected?: boolean | 'true' | 'false';
  /** Children of lists and blobs need not be named: they are published too. */
  manifests?: { manifest: Manifest; tags: string[] }[];
  /** Makes a v1 file too; without images and tags it is the empty one that Pulp writes for v2 content. */
  v1?: { images: V1Image[]; tags: Record<string, string> };
  /** Merged last into the v2 file. */
  extra?: Record<string, unknown>;
}

const forceSlash = (url: string): string => (url.endsWith('/') ? url : `${url}/`);

/** Pulp keeps these in sets: any order, the same one every time. */
export const shuffle = (references: Iterable<string>): string[] =>
  [...new Set(references)]
    .map((reference) => ({ reference, rank: sha256Hex(reference) }))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1))
    .map(({ reference }) => reference);

/** The tagged manifests and the children of their lists, each once. */
export function collectManifests({ manifests = [] }: Publication): Manifest[] {
  const reached = manifests.flatMap(({ manifest }) => [manifest, ...manifest.children]);
  return [...new Map(reached.map((manifest) => [manifest.digest, manifest])).values()];
}

/** All digests of one form and the tags on them. */
export function listReferences(publication: Publication, form: Manifest['form']): string[] {
  const digests = collectManifests(publication).filter((manifest) => manifest.form === form);
  const tagged = (publication.manifests ?? []).filter(({ manifest }) => manifest.form === form);
  return shuffle([...digests.map(({ digest }) => digest), ...tagged.flatMap(({ tags }) => tags)]);
}

export function printV2File(publication: Publication, storageUrl: string): string {
  const { id, name = id, version = 4, isProtected = false, manifests = [], extra } = publication;
  const amd64Tags = manifests.flatMap(({ manifest: { amd64 }, tags }) =>
    amd64 ? tags.map((tag) => [tag, [amd64.digest, amd64.schemaVersion]] as const) : [],
  );
  return JSON.stringify({
    type: 'pulp-docker-redirect',
    version,
    repository: id,
    'repo-registry-id': name,
    url: forceSlash(storageUrl),
    protected: isProtected,
    ...(version >= 3 && { schema2_data: listReferences(publication, '2') }),
    ...(version >= 4 && {
      manifest_list_data: listReferences(publication, 'list'),
      manifest_list_amd64_tags: Object.fromEntries(amd64Tags),
    }),
    ...(version >= 5 && { schema1_data: listReferences(publication, '1') }),
    ...extra,
  });
}

export function printV1File(publication: Publication, storageUrl: string): string {
  const { id, name = id, isProtected = false, v1 = { images: [], tags: {} } } = publication;
  return JSON.stringify({
    type: 'pulp-docker-redirect',
    version: 1,
    repository: id,
    'repo-registry-id': name,
    url: forceSlash(storageUrl),
    // Pulp assembles this file by hand from Python's truth: the string "false" is true.
    protected: Boolean(isProtected),
    images: v1.images.map((image) => ({ id: image.id })),
    tags: v1.tags,
  });
}
