/**
 * Looks through the owners of v1 images, some images each second and then from the beginning. They bear no digest, and readers
 * cannot know that one is gone: to them there is no such image. An owner who is missing, because somebody deleted the set, wrote
 * over it or Redis evicted it, is noted again. One too many is not looked for: whoever follows it finds that the image is not there.
 */
import type { ImageRepository } from '../../redirects/repository';
import type { RedisClient } from './connect';
import { insteadOfOtherType } from './instead-of-other-type';
import type { Keys } from './keys';
import type { PublicationQueue } from './publication-queue';
import type { PublicationSource } from './reconcile-catalog';
import type { TableWriter } from './table-writer';
import { IS_IMAGE } from '../../redirects/table-layout';

/** Each is a command: about ten milliseconds of the writer in all, and two of Redis. */
const IMAGES_A_STEP = 1000;
const REPOSITORIES_A_PAGE = 100;

export interface OwnerSweepOptions {
  client: RedisClient;
  keys: Keys;
  source: PublicationSource;
  writer: TableWriter;
  queue: PublicationQueue;
  /** See SweepOptions. */
  refuseLoss: () => Promise<void>;
  onLost: (count: number) => void;
}

interface Owned {
  owner: ImageRepository;
  imageId: string;
}

export class OwnerSweep {
  readonly #options: OwnerSweepOptions;
  #ahead: Iterator<Owned> | undefined;

  constructor(options: OwnerSweepOptions) {
    this.#options = options;
  }

  async step(): Promise<void> {
    const { writer, queue, refuseLoss, onLost } = this.#options;
    const isNoted = await Promise.all(this.#nextImages().map(async (one) => ({ one, isOk: await this.#isNoted(one) })));
    const missing = isNoted.filter(({ isOk }) => !isOk);
    if (missing.length === 0) return;
    await refuseLoss();
    const names = new Set(missing.filter(({ one }) => this.#isDue(one)).map(({ one }) => one.owner.name));
    if (names.size > 0) onLost(names.size);
    for (const name of names) {
      writer.distrustOwners(name);
      // The term ends with a fault of the queue.
      void queue.add(name).catch(() => undefined);
    }
  }

  #nextImages(): Owned[] {
    const ahead = (this.#ahead ??= listOwned(this.#options.source));
    const images: Owned[] = [];
    while (images.length < IMAGES_A_STEP) {
      const next = ahead.next();
      if (next.done) {
        this.#ahead = undefined;
        break;
      }
      images.push(next.value);
    }
    return images;
  }

  /** Not of what is being written, nor of what has been replaced meanwhile: its owners are no longer those. */
  #isDue({ owner }: Owned): boolean {
    const { queue, source } = this.#options;
    return !queue.has(owner.name) && source.inService(owner.name).includes(owner);
  }

  async #isNoted(one: Owned): Promise<boolean> {
    const { client, keys } = this.#options;
    if (!this.#isDue(one)) return true;
    return (await client.sismember(keys.owners(one.imageId), one.owner.name).catch(insteadOfOtherType(0))) === 1;
  }
}

function* listOwned(source: PublicationSource): Generator<Owned> {
  let page = source.listImages(undefined, REPOSITORIES_A_PAGE);
  for (; page.length > 0; page = source.listImages(page.at(-1)?.name, REPOSITORIES_A_PAGE)) {
    for (const owner of page) {
      for (const { key, published } of owner.references.entries()) {
        if (published.forms & IS_IMAGE) yield { owner, imageId: key };
      }
    }
  }
}
