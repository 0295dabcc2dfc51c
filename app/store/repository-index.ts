/**
 * The index of all repositories in service. Reading never waits for a publication, and every answer is from one moment.
 *
 * Answers may come as a value or as a promise: an index in memory has them at hand, one across the network does not.
 */
import type { Lookup } from '../redirects/lookup';
import type { Problem } from '../redirects/problem';
import type { ImageRepository, RegistryRepository, Repository } from '../redirects/repository';

export type MaybePromise<T> = T | Promise<T>;

/** A redirect file in service. */
export interface IndexedFile {
  /** Path of the redirect file: what a later publication replaces. */
  file: string;
  /** When the file was last changed, in milliseconds since 1970; decides between two files with one name. */
  modifiedMs: number;
  repository: Repository;
}

export interface RepositoryIndex {
  /** All that is known of a name, and of one reference in it. The cost does not grow with the size of either. */
  find(name: string, reference?: string): MaybePromise<Lookup>;
  /** The v1 repositories that hold an image; taking the first one costs the same however many there are. */
  findImage(imageId: string): MaybePromise<Iterable<ImageRepository>>;
  /** Repositories of the v2 protocol whose names sort after `after`, in byte order. */
  registriesAfter(after?: string): Iterable<RegistryRepository>;
  /** Repositories of the v1 protocol, in byte order of their names. */
  imageRepositories(): Iterable<ImageRepository>;
  /** Puts a file into service in place of its last version. */
  put(file: IndexedFile): MaybePromise<void>;
  /** Takes a file out of service. */
  remove(file: string): MaybePromise<void>;
  /** Files that are kept out of service by another file with the same name. */
  duplicates(): Problem[];
}
