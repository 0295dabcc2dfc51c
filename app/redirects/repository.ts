/**
 * What a publisher says about one repository, normalised: one shape, whatever the version of its redirect file.
 *
 * Wire names stop here (`repo-registry-id` is `name`, `url` is `storageUrl`). Everything is plain data or bytes
 * of a page, so a repository travels between threads at no cost. Source: docs/redirect-files.md. Pure.
 */
import type { ReferenceTable } from './reference-table';
import type { StorageUrl } from './storage-url';

export interface RepositoryFacts {
  /** The name that clients pull, for example `redhat/rhel7`. */
  name: string;
  /** Pulp's id, and the directory of the static tree below a content directory, for example `redhat-rhel7`. */
  publisherId: string;
  storageUrl: StorageUrl;
  isProtected: boolean;
  /** Version of the redirect file, 1 to 5. */
  version: number;
}

/** Version 2: `manifests/<reference>`; nothing is said about what exists. */
export interface FlatRepository extends RepositoryFacts {
  layout: 'flat';
}

/** Versions 3 to 5: `manifests/{list,2,1}/<reference>`, with lists of what exists in which form. */
export interface FormRepository extends RepositoryFacts {
  layout: 'forms';
  references: ReferenceTable;
  /** The file has `schema1_data`: what is not listed does not exist. */
  listsSchema1: boolean;
}

/** Version 1: `<image id>/{ancestry,json,layer}` for the v1 protocol. */
export interface ImageRepository extends RepositoryFacts {
  layout: 'images';
  references: ReferenceTable;
}

/** A repository of the v2 protocol. */
export type RegistryRepository = FlatRepository | FormRepository;

export type Repository = RegistryRepository | ImageRepository;
