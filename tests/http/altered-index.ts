/** Indexes that are slow or broken: each answers as another index does, after something was done to the answer. */
import type { ImageFacts } from '../../app/redirects/repository';
import type { RepositoryIndex } from '../../app/store/repository-index';

/** Passes everything on; `changes` replace single methods. */
export function alterIndex(index: RepositoryIndex, changes: Partial<RepositoryIndex>): RepositoryIndex {
  return {
    find: (name, reference) => index.find(name, reference),
    findImage: (imageId) => index.findImage(imageId),
    findTags: (name, range) => index.findTags(name, range),
    findImages: (name) => index.findImages(name),
    listRegistries: (after, most) => index.listRegistries(after, most),
    listImages: (after, most) => index.listImages(after, most),
    ...changes,
  };
}

/** As an index across the network: every answer comes later. */
export const slowDown = (index: RepositoryIndex): RepositoryIndex =>
  alterIndex(index, {
    find: async (name, reference) => Promise.resolve(index.find(name, reference)),
    findTags: async (name, range) => Promise.resolve(index.findTags(name, range)),
    findImages: async (name) => Promise.resolve(index.findImages(name)),
    findImage: (imageId) => findLater(index, imageId),
    listRegistries: async (after, most) => Promise.resolve(index.listRegistries(after, most)),
    listImages: async (after, most) => Promise.resolve(index.listImages(after, most)),
  });

async function* findLater(index: RepositoryIndex, imageId: string): AsyncGenerator<ImageFacts> {
  await Promise.resolve();
  yield* index.findImage(imageId);
}
