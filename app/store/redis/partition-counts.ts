/**
 * How often each partition was changed, as this writer knows it, to be compared with what Redis says: a replica that took over
 * without the last changes has counted less. And Redis knows itself how much a partition held, if some of that was deleted. Kept
 * from term to term, because a failover often ends one. Pure, but for what it keeps.
 */
import type { Partition } from './keys';
import type { OnCount, PartitionState } from './write-scripts';

type Counts = Pick<PartitionState, 'token' | 'sequence' | 'owners'>;

/** What was written is not there any more; whatever else was lost, too, is found by comparing everything. */
export class ChangesLost extends Error {
  override name = 'ChangesLost';

  constructor(partitions: number) {
    super(`Redis lost changes of ${partitions} partitions; all is compared again`);
  }
}

export class PartitionCounts {
  readonly #known = new Map<Partition, Counts>();

  /** Throws ChangesLost when it is a number that was counted already: what bore it before is gone. */
  readonly note: OnCount = (partition, counter, count) => {
    const known = this.#known.get(partition);
    if (!known) return;
    if (count <= known[counter]) {
      this.#known.delete(partition);
      throw new ChangesLost(1);
    }
    known[counter] = count;
  };

  /**
   * A term begins with this state, as it was found under the seal of who came before. False: it is not as this writer left it, or
   * another one was there meanwhile.
   */
  begin(partition: Partition, token: number, { token: tokenBefore, sequence, owners }: PartitionState): boolean {
    const known = this.#known.get(partition);
    this.#known.set(partition, { token, sequence, owners });
    return known?.token === tokenBefore && known.sequence <= sequence && known.owners <= owners;
  }

  /** How many partitions are not as this writer left them. */
  async countLost(readState: (partition: Partition) => Promise<PartitionState>): Promise<number> {
    const isLost = async ([partition, known]: [Partition, Counts]): Promise<boolean> => {
      // As of now: what is written while the question is under way does not count.
      const { token, sequence, owners } = { ...known };
      const found = await readState(partition);
      const isBehind = found.sequence < sequence || found.owners < owners;
      const hasLost = found.token !== token || isBehind || !found.isWhole;
      // When the next term begins, it must not look as if nothing had been lost. If it has begun meanwhile, it has counts of its own.
      if (hasLost && this.#known.get(partition) === known) this.#known.delete(partition);
      return hasLost;
    };
    return (await Promise.all([...this.#known].map(isLost))).filter(Boolean).length;
  }
}
