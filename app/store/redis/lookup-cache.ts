/**
 * The answers that a front keeps: so many, those that were asked for last. A publication takes out what is known of its name,
 * at the cost of one name; word that was missed takes out what is known of a partition.
 *
 * What Redis is known to hold is told by versions of partitions (./read-scripts). An answer from before the last one that was told
 * is not kept: it may have been under way while the word of the change came. Words come by a connection of their own, so an answer
 * may also be ahead of them: then what is kept of the same name may be older, and is not given beside it. Else a client would learn a
 * new digest by its tag, and be told that there is no such digest. Pure, but for what it keeps.
 */
import { LRUCache } from 'lru-cache';
import type { Lookup } from '../../redirects/lookup';
import type { ImageFacts, RegistryFacts } from '../../redirects/repository';
import type { Partition } from './keys';
import type { PartitionVersion } from './read-scripts';

/** What is known of one name: one for all its references. */
export interface KnownName {
  readonly name: string;
  /** As Redis has them. */
  readonly texts: readonly (string | undefined)[];
  readonly registry: RegistryFacts | undefined;
  readonly images: ImageFacts | undefined;
}

/** One name as it is kept. */
interface Kept extends KnownName {
  readonly partition: Known;
  /** Of the partition, when it was kept. */
  readonly epoch: number;
  /** Of the partition's version: no answer of it that is kept is older. */
  readonly sequence: number;
  isCurrent: boolean;
  /** References of it that are kept. */
  count: number;
}

class Answer implements Lookup {
  constructor(
    readonly kept: Kept,
    readonly registry: Lookup['registry'],
    readonly published: Lookup['published'],
    readonly images: Lookup['images'],
    readonly image: Lookup['image'],
  ) {}
}

/** What is known of a partition. */
interface Known {
  version: PartitionVersion | undefined;
  /** Grows when everything that was kept of it is no longer good. */
  epoch: number;
}

export class LookupCache {
  readonly #answers: LRUCache<string, Answer> | undefined;
  readonly #names = new Map<string, Kept>();
  readonly #partitions = new Map<Partition, Known>();

  /** `mostEntries`: 0 keeps nothing. */
  constructor(mostEntries: number) {
    if (mostEntries === 0) return;
    this.#answers = new LRUCache({ max: mostEntries, dispose: ({ kept }) => this.#release(kept) });
  }

  get size(): number {
    return this.#answers?.size ?? 0;
  }

  find(name: string, reference: string | undefined): Lookup | undefined {
    const answer = this.#answers?.get(keyOf(name, reference));
    return answer && isGood(answer.kept) ? answer : undefined;
  }

  /** What is known of the name, if it is known from these texts. */
  findName(name: string, texts: readonly (string | undefined)[]): KnownName | undefined {
    const kept = this.#names.get(name);
    return kept && isGood(kept) && kept.texts.every((text, position) => text === texts[position]) ? kept : undefined;
  }

  /** Keeps an answer, if it is not older than what was told meanwhile; gives it as it is kept. */
  keep(
    partition: Partition,
    version: PartitionVersion,
    reference: string | undefined,
    known: KnownName,
    { published, image }: Pick<Lookup, 'published' | 'image'>,
  ): Lookup {
    const { name, registry, images } = known;
    const isNews = this.noteAnswer(partition, version, name);
    if (!this.#answers || !isNews) return { registry, published, images, image };
    const kept = this.#keepName(this.#stateOf(partition), version.sequence, known);
    const answer = new Answer(kept, registry, published, images, image);
    kept.count++;
    this.#answers.set(keyOf(name, reference), answer);
    return answer;
  }

  /**
   * An answer about the name came, whether it is to be kept or not: what is kept of the name and may be older goes. False: something
   * newer is known already.
   */
  noteAnswer(partition: Partition, { generation, sequence }: PartitionVersion, name: string): boolean {
    const state = this.#stateOf(partition);
    const version = (state.version ??= { generation, sequence });
    if (generation !== version.generation) {
      // Which of the two is the newer one is for the next look to say.
      this.#forget(name);
      return false;
    }
    const kept = this.#names.get(name);
    const newest = Math.max(version.sequence, kept && isGood(kept) ? kept.sequence : 0);
    if (sequence > newest) this.#forget(name);
    return sequence >= newest;
  }

  /** Word of one change. */
  noteChange(partition: Partition, version: PartitionVersion, name: string): void {
    const state = this.#stateOf(partition);
    const { version: before } = state;
    if (before?.generation === version.generation) {
      if (version.sequence <= before.sequence) {
        // Old word; or a number that came twice, where a failover lost the change that bore it first.
        this.#forget(name);
        return;
      }
      if (version.sequence === before.sequence + 1 && name !== '') {
        state.version = version;
        // What was looked up after the change is better than the word.
        if ((this.#names.get(name)?.sequence ?? 0) < version.sequence) this.#forget(name);
        return;
      }
    }
    state.version = version;
    state.epoch++;
  }

  /** To be taken along by a question what Redis holds. */
  versionOf(partition: Partition): PartitionVersion | undefined {
    return this.#partitions.get(partition)?.version;
  }

  /**
   * What Redis held when it was asked: if that is not what was told, word of a change was missed. `before`: what was known when the
   * question was put. Word that came since may be of later changes.
   */
  noteVersion(partition: Partition, version: PartitionVersion, before: PartitionVersion | undefined): void {
    const state = this.#stateOf(partition);
    const { version: known } = state;
    const isSame = known?.generation === version.generation;
    const wasTold = known !== undefined && known !== before;
    if (isSame && (version.sequence === known.sequence || (wasTold && version.sequence < known.sequence))) return;
    // Which of two generations is the newer one is for the next look to say; until then nothing of the other one is kept.
    if (isSame || !wasTold) state.version = version;
    state.epoch++;
  }

  #stateOf(partition: Partition): Known {
    let state = this.#partitions.get(partition);
    if (!state) this.#partitions.set(partition, (state = { version: undefined, epoch: 0 }));
    return state;
  }

  #keepName(partition: Known, sequence: number, known: KnownName): Kept {
    const before = this.#names.get(known.name);
    if (before && isGood(before) && before.registry === known.registry && before.images === known.images) return before;
    if (before) before.isCurrent = false;
    const kept: Kept = { ...known, partition, epoch: partition.epoch, sequence, isCurrent: true, count: 0 };
    this.#names.set(known.name, kept);
    return kept;
  }

  #forget(name: string): void {
    const kept = this.#names.get(name);
    if (!kept) return;
    kept.isCurrent = false;
    this.#names.delete(name);
  }

  #release(kept: Kept): void {
    if (--kept.count === 0 && this.#names.get(kept.name) === kept) this.#names.delete(kept.name);
  }
}

const isGood = ({ isCurrent, epoch, partition }: Kept): boolean => isCurrent && epoch === partition.epoch;

/** Of one lookup: no name and no reference has a line break in it. */
export const keyOf = (name: string, reference: string | undefined): string =>
  reference === undefined ? name : `${name}\n${reference}`;
