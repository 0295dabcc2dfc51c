/**
 * Which v1 repositories hold an image. Ids are kept as 48-bit numbers and confirmed in the repository's own table, so an
 * image costs an entry of a map, whatever the length of its id.
 */
import type { ImageRepository } from '../redirects/repository';
import { IS_IMAGE } from '../redirects/table-layout';

/** Images that are noted before other work may run: about a millisecond. */
const SLICE = 1000;

export class ImageOwners {
  /** Most images have one owner; a set for each would cost more than all the rest. */
  readonly #owners = new Map<number, Owners>();

  *find(imageId: string): Generator<ImageRepository> {
    for (const owner of listOwners(this.#owners.get(shorten(imageId)))) {
      if ((owner.references.find(imageId)?.forms ?? 0) & IS_IMAGE) yield owner;
    }
  }

  /** Yields so that a repository of a million images does not hold up requests. */
  async add(repository: ImageRepository): Promise<void> {
    await eachImage(repository, (key) => {
      const owners = this.#owners.get(key);
      if (owners instanceof Set) owners.add(repository);
      else this.#owners.set(key, owners && owners !== repository ? new Set([owners, repository]) : repository);
    });
  }

  async remove(repository: ImageRepository): Promise<void> {
    await eachImage(repository, (key) => {
      const owners = this.#owners.get(key);
      if (owners instanceof Set) owners.delete(repository);
      if (owners === repository || (owners instanceof Set && owners.size === 0)) this.#owners.delete(key);
    });
  }
}

type Owners = ImageRepository | Set<ImageRepository>;

function listOwners(owners: Owners | undefined): Iterable<ImageRepository> {
  if (owners === undefined) return [];
  return owners instanceof Set ? owners : [owners];
}

async function eachImage({ references }: ImageRepository, visit: (key: number) => void): Promise<void> {
  let count = 0;
  for (const { key, published } of references.entries()) {
    if (!(published.forms & IS_IMAGE)) continue;
    visit(shorten(key));
    if (++count % SLICE === 0) await new Promise((resolve) => setImmediate(resolve));
  }
}

/** The first 48 bits of a hexadecimal id; other ids by their characters. Collisions are told apart by the table. */
function shorten(imageId: string): number {
  const start = imageId.slice(0, 12);
  return /^[0-9a-f]{12}$/.test(start)
    ? parseInt(start, 16)
    : Buffer.from(start.slice(0, 6)).readUIntBE(0, Math.min(6, start.length));
}
