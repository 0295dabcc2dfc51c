/** Indexes that are slow or broken: each answers as another index does, after something was done to the answer. */
import type { RepositoryIndex } from '../../app/store/repository-index';

/** Passes everything on; `changes` replace single methods. */
export function alterIndex(index: RepositoryIndex, changes: Partial<RepositoryIndex>): RepositoryIndex {
  return {
    find: (name, reference) => index.find(name, reference),
    findImage: (imageId) => index.findImage(imageId),
    registriesAfter: (after) => index.registriesAfter(after),
    imageRepositories: () => index.imageRepositories(),
    put: (file) => index.put(file),
    remove: (file) => index.remove(file),
    duplicates: () => index.duplicates(),
    ...changes,
  };
}

/** As an index across the network: every answer comes later. */
export const slowDown = (index: RepositoryIndex): RepositoryIndex =>
  alterIndex(index, {
    find: async (name, reference) => Promise.resolve(index.find(name, reference)),
    findImage: async (imageId) => Promise.resolve(index.findImage(imageId)),
  });
