/**
 * The index in the memory of one process: a map of names to repositories, and nothing to wait for.
 */
import type { ImagesLookup, Lookup, TagRange, TagsLookup } from '../redirects/lookup';
import type { Problem } from '../redirects/problem';
import type { ImageRepository, RegistryRepository, Repository } from '../redirects/repository';
import type { Claim } from './contended-names';
import { ContendedNames } from './contended-names';
import { ImageOwners } from './image-owners';
import { listImagesOf } from './image-lists';
import type { FileIndex, IndexedFile, RepositoryIndex } from './repository-index';

export class MemoryIndex implements RepositoryIndex, FileIndex {
  readonly #files = new Map<string, IndexedFile>();
  readonly #registries: ContendedNames<RegistryRepository>;
  readonly #images: ContendedNames<ImageRepository>;
  readonly #owners = new ImageOwners();

  /** `onChange`: what is in service under a name may have changed. */
  constructor(onChange: (name: string) => void = () => undefined) {
    this.#registries = new ContendedNames(onChange);
    this.#images = new ContendedNames(onChange);
  }

  find(name: string, reference?: string): Lookup {
    const registry = this.#registries.find(name);
    const images = this.#images.find(name);
    return {
      registry,
      published:
        registry?.layout === 'forms' && reference !== undefined ? registry.references.find(reference) : undefined,
      images,
      image: reference === undefined ? undefined : images?.references.find(reference),
    };
  }

  /** With all that they list: at most one repository of each protocol. */
  inService(name: string): Repository[] {
    return [this.#registries.find(name), this.#images.find(name)].filter((repository) => repository !== undefined);
  }

  findTags(name: string, { after, most }: TagRange): TagsLookup {
    const lookup = this.find(name);
    const registry = this.#registries.find(name);
    return { ...lookup, tags: registry?.layout === 'forms' ? registry.references.tags(after, most) : [] };
  }

  findImages(name: string): ImagesLookup {
    return { ...this.find(name), lists: listImagesOf(this.#images.find(name)) };
  }

  *findImage(imageId: string): Generator<ImageRepository> {
    for (const owner of this.#owners.find(imageId)) {
      // A file that lost its name to another is out of service with all its images.
      if (this.#images.find(owner.name) === owner) yield owner;
    }
  }

  listRegistries(after: string | undefined, most: number): RegistryRepository[] {
    return this.#registries.after(after, most);
  }

  listImages(after: string | undefined, most: number): ImageRepository[] {
    return this.#images.after(after, most);
  }

  async put(file: IndexedFile): Promise<void> {
    const before = this.#files.get(file.file);
    const { repository } = file;
    // Owners of images come first and go last: an image that both versions have is never without one.
    if (repository.layout === 'images') await this.#owners.add(repository);
    this.#files.set(file.file, file);
    if (before && !isSameName(before, file)) this.#unclaim(before);
    if (repository.layout === 'images') this.#images.add(file as Claim<ImageRepository>);
    else this.#registries.add(file as Claim<RegistryRepository>);
    if (before && before.repository !== repository) await this.#forget(before);
  }

  async remove(file: string): Promise<void> {
    const before = this.#files.get(file);
    if (!before) return;
    this.#files.delete(file);
    this.#unclaim(before);
    await this.#forget(before);
  }

  duplicates(): Problem[] {
    return [...this.#registries.losers(), ...this.#images.losers()];
  }

  #unclaim({ repository, file }: IndexedFile): void {
    if (repository.layout === 'images') this.#images.remove(repository.name, file);
    else this.#registries.remove(repository.name, file);
  }

  async #forget({ repository }: IndexedFile): Promise<void> {
    if (repository.layout === 'images') await this.#owners.remove(repository);
  }
}

const isSameName = ({ repository: a }: IndexedFile, { repository: b }: IndexedFile): boolean =>
  a.name === b.name && (a.layout === 'images') === (b.layout === 'images');
