/**
 * Looks through what this writer has written, some names each second and then from the beginning, for what is not there any more:
 * keys that somebody deleted or wrote over, or that Redis evicted. Readers answer 503 for such a name (./read-scripts) until it has
 * been found here and is written again. The contents of a partition are counted instead (./partition-counts). Owners of
 * images: ./owner-sweep.
 */
import { FACTS_FIELD } from './entries';
import { insteadOfOtherType } from './instead-of-other-type';
import type { Kind } from './keys';
import { kindOf, KINDS } from './keys';
import { OwnerSweep } from './owner-sweep';
import { pause } from './pause';
import type { PublicationQueue } from './publication-queue';
import { listOfKind, reconcileCatalog, type CatalogOptions } from './reconcile-catalog';
import type { Repository } from '../../redirects/repository';
import type { TableWriter } from './table-writer';

/** A hundred thousand names are looked at in a few minutes, at a hundredth of what Redis and the writer can do. */
const NAMES_A_STEP = 500;
const STEP_EVERY_MS = 1000;

export interface SweepOptions extends CatalogOptions {
  writer: TableWriter;
  queue: PublicationQueue;
  /** Throws when a partition has lost contents: then all is compared again, and nothing is to be mended one by one. */
  refuseLoss: () => Promise<void>;
  /** So many repositories, or a list of the catalog, were not as they had been written. */
  onLost: (count: number) => void;
}

export class Sweep {
  readonly #options: SweepOptions;
  readonly #owners: OwnerSweep;
  #kind: Kind = '2';
  #after: string | undefined;

  constructor(options: SweepOptions) {
    this.#options = options;
    this.#owners = new OwnerSweep(options);
  }

  /** Resolves when the signal says so; throws what is a fault of more than single names. */
  async run(signal: AbortSignal): Promise<void> {
    for (;;) {
      await pause(STEP_EVERY_MS, signal);
      if (signal.aborted) return;
      await this.#step();
      await this.#owners.step();
    }
  }

  async #step(): Promise<void> {
    const { writer, queue, source, refuseLoss, onLost } = this.#options;
    await this.#lookAtCatalog();
    const isThere = await Promise.all(this.#nextPage().map(async (one) => ({ one, isOk: await this.#isThere(one) })));
    let lost = isThere.filter(({ isOk }) => !isOk);
    if (lost.length === 0) return;
    await refuseLoss();
    // Not what is being written, nor what has been replaced meanwhile.
    lost = lost.filter(({ one }) => !queue.has(one.name) && source.inService(one.name).includes(one));
    if (lost.length === 0) return;
    onLost(lost.length);
    for (const { one } of lost) {
      writer.distrust(one.name);
      // The term ends with a fault of the queue.
      void queue.add(one.name).catch(() => undefined);
    }
  }

  #nextPage(): Repository[] {
    const page = listOfKind(this.#options.source, this.#kind, this.#after, NAMES_A_STEP);
    this.#after = page.at(-1)?.name;
    if (page.length < NAMES_A_STEP) {
      this.#kind = this.#kind === '2' ? '1' : '2';
      this.#after = undefined;
    }
    return page;
  }

  async #isThere(repository: Repository): Promise<boolean> {
    const { client, keys, queue } = this.#options;
    const { name } = repository;
    // What is being written is not there yet.
    if (queue.has(name)) return true;
    const kind = kindOf(repository);
    const tagCount = repository.layout === 'forms' ? repository.references.tagCount : 0;
    const [hasFacts, tags] = await Promise.all([
      client.hexists(keys.table(kind, name), FACTS_FIELD).catch(insteadOfOtherType(-1)),
      client.zcard(keys.tags(kind, name)).catch(insteadOfOtherType(-1)),
    ]);
    return hasFacts === 1 && tags === tagCount;
  }

  async #lookAtCatalog(): Promise<void> {
    const { client, keys, refuseLoss, onLost } = this.#options;
    const [facts, ...names] = await Promise.all([
      client.hlen(keys.catalogFacts),
      ...KINDS.map((kind) => client.zcard(keys.catalogNames(kind))),
    ]);
    if (facts === names.reduce((sum, count) => sum + count, 0)) return;
    await refuseLoss();
    onLost(1);
    for (const kind of KINDS) await reconcileCatalog(kind, this.#options);
  }
}
