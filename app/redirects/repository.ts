/**
 * What a publisher says about one repository, normalised: one shape, whatever the version of its redirect file.
 *
 * Wire names stop here (`repo-registry-id` is `name`, `url` is `storageUrl`). Everything is plain data or bytes
 * of a page, so a repository travels between threads at no cost. Most answers need the facts only, and one reference: what
 * ends in Facts says how much is listed, and not what. Source: docs/redirect-files.md. Pure.
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

/** How much a repository lists. */
export interface ReferenceCounts {
  readonly tagCount: number;
  /** Nothing is listed at all. */
  readonly isEmpty: boolean;
}

/** Version 2: `manifests/<reference>`; nothing is said about what exists. */
export interface FlatRepository extends RepositoryFacts {
  layout: 'flat';
}

/** Versions 3 to 5: `manifests/{list,2,1}/<reference>`, with lists of what exists in which form. */
export interface FormFacts extends RepositoryFacts {
  layout: 'forms';
  references: ReferenceCounts;
  /** The file has `schema1_data`: what is not listed does not exist. */
  listsSchema1: boolean;
}

/** Version 1: `<image id>/{ancestry,json,layer}` for the v1 protocol. */
export interface ImageFacts extends RepositoryFacts {
  layout: 'images';
  references: ReferenceCounts;
}

export interface FormRepository extends FormFacts {
  references: ReferenceTable;
}

export interface ImageRepository extends ImageFacts {
  references: ReferenceTable;
}

/** A repository of the v2 protocol. */
export type RegistryRepository = FlatRepository | FormRepository;

export type Repository = RegistryRepository | ImageRepository;

/** What is known of a repository of the v2 protocol without asking for references. */
export type RegistryFacts = FlatRepository | FormFacts;

/** The same of any repository. */
export type AnyFacts = RegistryFacts | ImageFacts;
