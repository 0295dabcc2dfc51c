/** An index as the tests of its contract use it: published to by documents, asked for what tells repositories apart. */
import type { ImagesLookup, Lookup, TagsLookup } from '../../app/redirects/lookup';
import type { Problem } from '../../app/redirects/problem';
import type { RegistryFacts } from '../../app/redirects/repository';
import type { FileIndex, IndexedFile, RepositoryIndex } from '../../app/store/repository-index';
import { createDocument, parseRepository, type Document, type Version } from '../redirects/documents';

/** A redirect file to be put in service; without more, version 4 of `a` in `/f.json`. */
export interface Put {
  file?: string;
  modifiedMs?: number;
  version?: Version;
  name?: string;
  /** Pulp's id of the repository: how it is recognised, as an index may give back copies. */
  is?: string;
  /** Version 1: the ids of all images. */
  images?: string[];
  content?: Document;
}

/** Read and written by one process. */
export type WholeIndex = RepositoryIndex & FileIndex;

export class TriedIndex {
  readonly #index: WholeIndex;

  constructor(index: WholeIndex) {
    this.#index = index;
  }

  readonly put = async (publication: Put): Promise<void> => {
    const { file = '/f.json', modifiedMs = 1000, version = 4, name = 'a', is = 'x', images, content } = publication;
    const document = createDocument(version, {
      repository: is,
      'repo-registry-id': name,
      ...(images && { images: images.map((id) => ({ id })), tags: {} }),
      ...content,
    });
    await this.putRepository({ file, modifiedMs, repository: parseRepository(document) });
  };

  readonly putRepository = async (file: IndexedFile): Promise<void> => {
    await this.#index.put(file);
  };

  readonly remove = async (file: string): Promise<void> => {
    await this.#index.remove(file);
  };

  readonly find = async (name: string, reference?: string): Promise<Lookup> => this.#index.find(name, reference);

  /** What is served under a name: by the v2 protocol, by the v1 protocol. */
  readonly served = async (name: string): Promise<[registry: string | undefined, images: string | undefined]> => {
    const { registry, images } = await this.#index.find(name);
    return [registry?.publisherId, images?.publisherId];
  };

  readonly findTags = async (name: string, after?: string, most = Infinity): Promise<TagsLookup> =>
    this.#index.findTags(name, { after, most });

  readonly findImages = async (name: string): Promise<ImagesLookup> => this.#index.findImages(name);

  readonly owners = async (imageId: string): Promise<string[]> => {
    const owners: string[] = [];
    for await (const { publisherId } of this.#index.findImage(imageId)) owners.push(publisherId);
    return owners.sort();
  };

  readonly names = async (after?: string, most?: number): Promise<string[]> =>
    (await this.registries(after, most)).map(({ name }) => name);

  readonly registries = async (after?: string, most = Infinity): Promise<RegistryFacts[]> =>
    this.#index.listRegistries(after, most);

  readonly imageNames = async (after?: string, most = Infinity): Promise<string[]> =>
    (await this.#index.listImages(after, most)).map(({ name }) => name);

  readonly duplicates = (): Problem[] => this.#index.duplicates();

  /** Files that are kept out of service. */
  readonly losers = (): string[] =>
    this.duplicates()
      .map(({ file }) => file)
      .sort();
}
