/**
 * What the redirect files say about one name and one reference: all that a decision needs, from one moment. Pure data.
 */
import type { PublishedReference } from './reference-table';
import type { ImageRepository, RegistryRepository } from './repository';

export interface Lookup {
  /** The repository of the v2 protocol under that name. */
  registry: RegistryRepository | undefined;
  /** What it lists of the reference. */
  published: PublishedReference | undefined;
  /** The v1 images under the same name. */
  images: ImageRepository | undefined;
  /** What they list of the reference. */
  image: PublishedReference | undefined;
}
