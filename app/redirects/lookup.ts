/**
 * What the redirect files say about one name and one reference: all that a decision needs, from one moment. Pure data.
 */
import type { PublishedReference } from './reference-table';
import type { ImageFacts, RegistryFacts } from './repository';

export interface Lookup {
  /** The repository of the v2 protocol under that name. */
  registry: RegistryFacts | undefined;
  /** What it lists of the reference. */
  published: PublishedReference | undefined;
  /** The v1 images under the same name. */
  images: ImageFacts | undefined;
  /** What they list of the reference. */
  image: PublishedReference | undefined;
}

/** Tags in byte order: those that sort after `after`, at most `most`. */
export interface TagRange {
  after: string | undefined;
  /** Infinity: all. */
  most: number;
}

/** A name, and a range of the tags of its v2 repository. */
export interface TagsLookup extends Lookup {
  tags: readonly string[];
}

/** All that v1 images list. */
export interface ImageLists {
  /** As the publisher ordered them. */
  ids: readonly string[];
  /** Tag → image id, by tags in byte order. */
  tags: ReadonlyMap<string, string>;
}

/** A name, and all that its v1 images list. */
export interface ImagesLookup extends Lookup {
  lists: ImageLists;
}
