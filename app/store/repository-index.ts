/**
 * The index of all repositories in service. Reading never waits for a publication, and every answer is from one moment.
 *
 * Answers may come as a value or as a promise: an index in memory has them at hand, one across the network does not. An
 * index that does not know the truth throws IndexUnavailable.
 */
import type { ImagesLookup, Lookup, TagRange, TagsLookup } from '../redirects/lookup';
import type { Problem } from '../redirects/problem';
import type { ImageFacts, RegistryFacts, Repository } from '../redirects/repository';

export type MaybePromise<T> = T | Promise<T>;

/** What answers are looked up in. */
export interface RepositoryIndex {
  /** All that is known of a name, and of one reference in it. The cost does not grow with the size of either. */
  find(name: string, reference?: string): MaybePromise<Lookup>;
  /** All that is known of a name, and some of the tags that its v2 repository lists. */
  findTags(name: string, range: TagRange): MaybePromise<TagsLookup>;
  /** All that is known of a name, and everything that its v1 images list. */
  findImages(name: string): MaybePromise<ImagesLookup>;
  /** The v1 repositories that hold an image; taking the first one costs the same however many there are. */
  findImage(imageId: string): Iterable<ImageFacts> | AsyncIterable<ImageFacts>;
  /** Repositories of the v2 protocol whose names sort after `after`, in byte order, at most `most`. */
  listRegistries(after: string | undefined, most: number): MaybePromise<RegistryFacts[]>;
  /** The same of the v1 protocol. */
  listImages(after: string | undefined, most: number): MaybePromise<ImageFacts[]>;
}

/** A redirect file in service. */
export interface IndexedFile {
  /** Path of the redirect file: what a later publication replaces. */
  file: string;
  /** When the file was last changed, in milliseconds since 1970; decides between two files with one name. */
  modifiedMs: number;
  repository: Repository;
}

/** What publications are put into. */
export interface FileIndex {
  /** Puts a file into service in place of its last version. */
  put(file: IndexedFile): MaybePromise<void>;
  /** Takes a file out of service. */
  remove(file: string): MaybePromise<void>;
  /** Files that are kept out of service by another file with the same name. */
  duplicates(): Problem[];
}
