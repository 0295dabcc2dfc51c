/**
 * Makes the lists of all names in Redis those of the source. What Redis has of a protocol is in a hash of facts, which counts, and in a
 * sorted set of names, which is listed; where one of the two lost names, all is written again.
 */
import type { ImageRepository, RegistryRepository, Repository } from '../../redirects/repository';
import type { RedisClient } from './connect';
import { printFacts } from './facts';
import type { Keys, Kind } from './keys';
import { contentsField, kindOf } from './keys';
import type { WriteScripts } from './write-scripts';

/** What is published: the truth. */
export interface PublicationSource {
  /** What is in service under a name, at most one repository of each protocol. */
  inService(name: string): Repository[];
  listRegistries(after: string | undefined, most: number): RegistryRepository[];
  listImages(after: string | undefined, most: number): ImageRepository[];
}

export interface CatalogOptions {
  client: RedisClient;
  keys: Keys;
  scripts: WriteScripts;
  source: PublicationSource;
  token: number;
}

const CATALOG_PAGE = 500;

export async function reconcileCatalog(kind: Kind, options: CatalogOptions): Promise<void> {
  const { scripts, source, token } = options;
  const known = await readCatalog(kind, options);
  const find = (name: string): Repository | undefined => source.inService(name).find((one) => kindOf(one) === kind);
  const names = new Set(listOfKind(source, kind).map(({ name }) => name));
  for (const name of known.keys()) names.add(name);
  const all = [...names];
  for (let from = 0; from < all.length; from += CATALOG_PAGE) {
    const changes = all.slice(from, from + CATALOG_PAGE).flatMap((name) => {
      const repository = find(name);
      const facts = repository && printFacts(repository);
      return facts === known.get(name) ? [] : [{ name, facts }];
    });
    if (changes.length > 0) await scripts.changeCatalog(kind, token, changes);
  }
}

/** Every name that Redis lists or has facts of → its facts; no facts of anything where one of the two lost names. */
export async function readCatalog(
  kind: Kind,
  { client, keys }: Pick<CatalogOptions, 'client' | 'keys'>,
): Promise<Map<string, string>> {
  const known = new Map<string, string>();
  const prefix = contentsField(kind, '');
  let cursor = '0';
  do {
    const [next, page] = await client.hscan(keys.catalogFacts, cursor, 'MATCH', `${prefix}*`, 'COUNT', CATALOG_PAGE);
    cursor = next;
    for (let at = 0; at + 1 < page.length; at += 2) {
      known.set((page[at] as string).slice(prefix.length), page[at + 1] as string);
    }
  } while (cursor !== '0');
  if ((await client.zcard(keys.catalogNames(kind))) !== known.size) {
    const names = await client.zrange(keys.catalogNames(kind), 0, -1);
    // What is known of neither is no facts of anything: all is written, and what is too much goes.
    for (const name of [...known.keys(), ...names]) known.set(name, '');
  }
  return known;
}

/** Those whose names sort after `after`, in byte order; default: all. */
export const listOfKind = (source: PublicationSource, kind: Kind, after?: string, most = Infinity): Repository[] =>
  kind === '2' ? source.listRegistries(after, most) : source.listImages(after, most);
