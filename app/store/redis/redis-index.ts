/**
 * The index in Redis, as fronts read it: one lookup is one round trip, whose cost does not grow with the repository, and what was
 * looked up is kept until word comes that it changed. Who writes it: ./mirror. What it does not know for certain, because Redis is
 * out of reach or is being filled, is IndexUnavailable.
 */
import type { ImageLists, ImagesLookup, Lookup, TagRange, TagsLookup } from '../../redirects/lookup';
import type { AnyFacts, ImageFacts, RegistryFacts } from '../../redirects/repository';
import { IndexUnavailable } from '../index-unavailable';
import type { RepositoryIndex } from '../repository-index';
import { fieldOf, readEntry, readImageLists } from './entries';
import { readFacts } from './facts';
import type { Kind } from './keys';
import { partitionOf } from './keys';
import { keyOf, type KnownName, type LookupCache } from './lookup-cache';
import type { LookupGate } from './lookup-gate';
import type { FoundTags, ReadScripts } from './read-scripts';
import { IS_IMAGE } from '../../redirects/table-layout';

type TagsPage = KnownName & Pick<FoundTags, 'tags' | 'digest'>;

export interface RedisIndexOptions {
  scripts: ReadScripts;
  cache: LookupCache;
  gate: LookupGate;
}

/** Repositories, and owners of an image, that are asked for at once. */
const PAGE = 500;
const OWNERS_PAGE = 16;

/** Of one script, which holds up all others: a fraction of a millisecond of Redis' time. */
const TAGS_PAGE = 2000;
/** So often a list is begun anew whose repository changed on the way; then it is asked for at once. */
const PAGED_ATTEMPTS = 3;

const NO_LISTS: ImageLists = { ids: [], tags: new Map() };

export class RedisIndex implements RepositoryIndex {
  readonly #scripts: ReadScripts;
  readonly #cache: LookupCache;
  readonly #gate: LookupGate;
  /** Lookups under way: who asks the same meanwhile gets the same answer. */
  readonly #asked = new Map<string, Promise<Lookup>>();

  constructor({ scripts, cache, gate }: RedisIndexOptions) {
    this.#scripts = scripts;
    this.#cache = cache;
    this.#gate = gate;
  }

  find(name: string, reference?: string): Lookup | Promise<Lookup> {
    return this.#cache.find(name, reference) ?? this.#share(name, reference);
  }

  async findTags(name: string, range: TagRange): Promise<TagsLookup> {
    for (let attempt = 0; attempt < PAGED_ATTEMPTS; attempt++) {
      const found = await this.#listTags(name, range, TAGS_PAGE);
      if (found) return found;
    }
    return (await this.#listTags(name, range, Infinity)) as TagsLookup;
  }

  async findImages(name: string): Promise<ImagesLookup> {
    const { parts, all, ...version } = await this.#ask(() => this.#scripts.findImages(name));
    this.#cache.noteAnswer(partitionOf(name), version, name);
    const { registry, images } = this.#readName(name, parts);
    const lists = images ? readImageLists(all) : NO_LISTS;
    return { registry, images, published: undefined, image: undefined, lists };
  }

  /**
   * First who may have it, a few at a time, then whether they do: they were noted before they had it. It may have moved to another one
   * meanwhile. So for who wants none of these, Redis is asked again, whatever is kept, until nobody else may have it.
   */
  async *findImage(imageId: string): AsyncGenerator<ImageFacts> {
    const asked = new Set<string>();
    const found = new Set<string>();
    let lookUp = async (name: string): Promise<Lookup> => this.find(name, imageId);
    for (let before = -1; asked.size > before;) {
      before = asked.size;
      for await (const { name, images, image } of this.#askOwners(imageId, lookUp)) {
        asked.add(name);
        if (found.has(name) || !images || !((image?.forms ?? 0) & IS_IMAGE)) continue;
        found.add(name);
        yield images;
      }
      lookUp = (name) => this.#lookUp(name, imageId);
    }
  }

  listRegistries(after: string | undefined, most: number): Promise<RegistryFacts[]> {
    return this.#list<RegistryFacts>('2', after, most);
  }

  listImages(after: string | undefined, most: number): Promise<ImageFacts[]> {
    return this.#list<ImageFacts>('1', after, most);
  }

  /** Page by page; undefined: the repository changed meanwhile. */
  async #listTags(name: string, { after, most }: TagRange, pageSize: number): Promise<TagsLookup | undefined> {
    const tags: string[] = [];
    let first: TagsPage | undefined;
    for (;;) {
      const [from, count] = [tags.at(-1) ?? after, Math.min(pageSize, most - tags.length)];
      const page = await this.#ask(() => this.#findTagsPage(name, from, count));
      first ??= page;
      if (page.digest !== first.digest) return undefined;
      for (const tag of page.tags) tags.push(tag);
      if (page.tags.length < count || tags.length >= most) break;
    }
    return { registry: first.registry, images: first.images, published: undefined, image: undefined, tags };
  }

  async #findTagsPage(name: string, after: string | undefined, most: number): Promise<TagsPage | undefined> {
    const found = await this.#scripts.findTags(name, after, most);
    if (!found) return undefined;
    this.#cache.noteAnswer(partitionOf(name), found, name);
    const known = this.#readName(name, found.parts);
    const { registry: facts } = known;
    const isLost = found.tagCount !== (facts?.layout === 'forms' ? facts.references.tagCount : 0);
    if (isLost) throw new Error('LOST tags of the repository are not there');
    return { ...known, tags: found.tags, digest: found.digest };
  }

  async *#askOwners(
    imageId: string,
    lookUp: (name: string) => Promise<Lookup>,
  ): AsyncGenerator<Lookup & { name: string }> {
    const seen = new Set<string>();
    let cursor = '0';
    do {
      const asked = cursor;
      const page = await this.#ask(() => this.#scripts.findOwners(imageId, asked, OWNERS_PAGE));
      cursor = page.cursor;
      const names = page.names.filter((name) => !seen.has(name));
      for (const name of names) seen.add(name);
      yield* await Promise.all(names.map(async (name) => ({ ...(await lookUp(name)), name })));
    } while (cursor !== '0');
  }

  #share(name: string, reference: string | undefined): Promise<Lookup> {
    const key = keyOf(name, reference);
    const known = this.#asked.get(key);
    if (known) return known;
    const asked = this.#lookUp(name, reference).finally(() => this.#asked.delete(key));
    this.#asked.set(key, asked);
    return asked;
  }

  async #lookUp(name: string, reference: string | undefined): Promise<Lookup> {
    const { parts, ...version } = await this.#ask(() => this.#scripts.find(name, fieldOf(reference)));
    const [registryText, published, imagesText, image] = parts as [B, B, B, B];
    const known = this.#readName(name, [registryText, imagesText]);
    const entries = { published: readEntry(published), image: readEntry(image) };
    return this.#cache.keep(partitionOf(name), version, reference, known, entries);
  }

  /** `parts`: the facts of v2 and of v1. */
  #readName(name: string, parts: readonly (Buffer | string | null)[]): KnownName {
    const texts = parts.map((part) => part?.toString());
    const known = this.#cache.findName(name, texts);
    if (known) return known;
    const [registry, images] = texts;
    return {
      name,
      texts,
      registry: registry === undefined ? undefined : (readFacts(name, registry) as RegistryFacts),
      images: images === undefined ? undefined : (readFacts(name, images) as ImageFacts),
    };
  }

  async #list<F extends AnyFacts>(kind: Kind, after: string | undefined, most: number): Promise<F[]> {
    const all: F[] = [];
    let last = after;
    while (all.length < most) {
      const [from, count] = [last, Math.min(PAGE, most - all.length)];
      const { names, facts } = await this.#ask(() => this.#scripts.listNames(kind, from, count));
      for (const [position, name] of names.entries()) {
        const text = facts[position] ?? undefined;
        if (text === undefined) throw new IndexUnavailable('Redis has lost a part of the catalog');
        all.push(readFacts(name, text) as F);
      }
      if (names.length < count) break;
      last = names.at(-1);
    }
    return all;
  }

  async #ask<T>(script: () => Promise<T | undefined>): Promise<T> {
    const answer = await this.#gate.ask(script);
    if (!answer) throw new IndexUnavailable('Redis is being filled');
    return answer;
  }
}

type B = Buffer | null;
