/**
 * Keeps Redis as the source is: the one writer among all that want to be, as long as it holds the lease.
 *
 *     waiting    another writer holds the lease, or nothing has been read yet
 *     filling    the lease is held; all partitions are sealed, and what differs is written
 *     current    every publication is written as it comes
 *     faulty     Redis is out of reach, or refuses what is written; tried again soon
 *
 * A term ends with any fault: the next one compares everything again, so nothing has to be remembered of what went wrong. What
 * Redis lost without a fault, because a replica took over that had not heard of it, is found by counting changes; what was taken
 * from it key by key, by looking through it (./sweep).
 */
import type { Keys, Partition } from './keys';
import { ALL_PARTITIONS } from './keys';
import { LeaseLost, type Lease } from './lease';
import { ChangesLost, PartitionCounts } from './partition-counts';
import { pause } from './pause';
import { PublicationQueue } from './publication-queue';
import type { PublicationSource } from './reconcile-catalog';
import { reconcile } from './reconcile';
import type { RedisClient } from './connect';
import { isConnected } from './connect';
import { Sweep } from './sweep';
import { TableWriter } from './table-writer';
import type { PartitionState } from './write-scripts';
import { createWriteScripts } from './write-scripts';

export interface MirrorStatus {
  state: 'waiting' | 'filling' | 'current' | 'faulty';
  /** What is wrong. */
  fault?: Error;
  /** While filling: names that are as they should be, of all. */
  done?: number;
  total?: number;
}

export interface MirrorOptions {
  client: RedisClient;
  keys: Keys;
  lease: Lease;
  source: PublicationSource;
  /** False: what the source does not hold may exist, and Redis keeps what it has. */
  isLoaded: () => boolean;
  onStatus: (status: MirrorStatus) => void;
  /** So many repositories, or lists of the catalog, were gone from Redis, and are written again. */
  onLost: (count: number) => void;
}

/** The lease is renewed, and partitions are counted, so often. */
const TICK_MS = 1000;
const RETRY_MS = 500;
const MOST_RETRY_MS = 5000;
/** While there is no connection. */
const LOOK_EVERY_MS = 20;
const NAMES_AT_ONCE = 32;

/** The source is empty and Redis is not: nobody unpublishes everything, but a directory that is not mounted looks like that. */
export class NothingToPublish extends Error {
  override name = 'NothingToPublish';
}

/** The data directory is gone, and the operator has said that it may be: nothing is known any more. */
export class SourceNotLoaded extends Error {
  override name = 'SourceNotLoaded';

  constructor() {
    super('the data directory has not been read; Redis keeps what it has');
  }
}

export class Mirror {
  readonly #options: MirrorOptions;
  readonly #stop = new AbortController();
  /** Of the term; undefined: publications are found by comparing when the next term begins. */
  #queue: PublicationQueue | undefined;
  readonly #counts = new PartitionCounts();
  /** Whose owners of images are to be compared: they bear no digest. */
  readonly #ownersDue = new Set<Partition>();
  #acceptsEmpty = false;
  /** While nothing was known, the source was emptied or filled. */
  #hasMissedChanges = false;
  #retryMs = RETRY_MS;
  #running: Promise<void> | undefined;
  #current = createLatch();

  constructor(options: MirrorOptions) {
    this.#options = options;
  }

  /** To be called when the source has been read completely. */
  start(): void {
    this.#running ??= this.#run();
  }

  /** What is in service under the name has changed. */
  note(name: string): void {
    if (!this.#options.isLoaded()) this.#hasMissedChanges = true;
    else void this.#queue?.add(name).catch(() => undefined);
  }

  /** The operator says that what the source holds is the truth, even if it is nothing. */
  acceptEmpty(): void {
    this.#acceptsEmpty = true;
  }

  /** Resolves when this writer holds the lease and has written all that was noted so far. */
  async settle(): Promise<void> {
    await this.#current.opened;
    await this.#queue?.settle();
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    if (!isConnected(this.#options.client)) await this.#rest(MOST_RETRY_MS);
    while (!signal.aborted) {
      try {
        if (!this.#options.isLoaded()) throw new SourceNotLoaded();
        const token = await this.#options.lease.take();
        if (token === undefined) this.#tell({ state: 'waiting' });
        else await this.#serveTerm(token);
        this.#retryMs = RETRY_MS;
        await this.#rest(RETRY_MS);
      } catch (error) {
        this.#tell({ state: 'faulty', fault: error as Error });
        await this.#rest(this.#retryMs);
        this.#retryMs = Math.min(this.#retryMs * 2, MOST_RETRY_MS);
      }
    }
  }

  /** Ends early when the connection comes. */
  async #rest(ms: number): Promise<void> {
    const { client } = this.#options;
    const { signal } = this.#stop;
    const deadline = performance.now() + ms;
    const wasConnected = isConnected(client);
    while (performance.now() < deadline && !signal.aborted) {
      if (!wasConnected && isConnected(client)) return;
      await pause(Math.min(ms, LOOK_EVERY_MS), signal);
    }
  }

  async #serveTerm(token: number): Promise<void> {
    const { client, keys, lease, source, onLost } = this.#options;
    const { signal } = this.#stop;
    const scripts = createWriteScripts(client, keys, this.#counts.note);
    const writer = new TableWriter({ client, keys, scripts, token });
    const queue = new PublicationQueue({
      write: (name) => writer.write(name, source.inService(name)),
      mostAtOnce: NAMES_AT_ONCE,
    });
    const term = new AbortController();
    const refuseFault = (): void => {
      if (queue.fault) throw queue.fault;
    };
    const refuseLoss = async (): Promise<void> => {
      // Only the first one to count finds a loss; then the queue ends.
      refuseFault();
      const lost = await this.#counts.countLost((partition) => scripts.readState(partition));
      if (lost > 0) throw new ChangesLost(lost);
      refuseFault();
    };
    const keep = this.#keepTerm(queue, refuseLoss, AbortSignal.any([signal, term.signal]));
    keep.catch((fault: unknown) => queue.end(fault as Error));
    try {
      const sealed = new Map<Partition, PartitionState>();
      const seal = async (partition: Partition): Promise<void> => {
        const state = await scripts.seal(partition, token);
        sealed.set(partition, state);
        if (!this.#counts.begin(partition, token, state)) this.#ownersDue.add(partition);
      };
      // Before the seal: what has lost contents answers nothing when it is sealed.
      await this.#refuseNothing();
      await Promise.all(ALL_PARTITIONS.map(seal));
      this.#hasMissedChanges = false;
      this.#queue = queue;
      const onProgress = (done: number, total: number): void => this.#tell({ state: 'filling', done, total });
      const ownersDue = new Set(this.#ownersDue);
      await reconcile({ client, keys, scripts, writer, queue, source, token, sealed, ownersDue, onProgress });
      for (const partition of ownersDue) this.#ownersDue.delete(partition);
      this.#tell({ state: 'current' });
      this.#retryMs = RETRY_MS;
      this.#acceptsEmpty = false;
      this.#current.open();
      const sweep = new Sweep({ client, keys, scripts, writer, queue, source, token, refuseLoss, onLost });
      await Promise.all([keep, sweep.run(AbortSignal.any([signal, term.signal]))]);
    } finally {
      term.abort();
      queue.end(new Error('the term of this writer has ended'));
      this.#queue = undefined;
      this.#current = createLatch();
      if (signal.aborted) await lease.release().catch(() => undefined);
    }
  }

  /** Resolves when the signal says so; throws when the term is over. */
  async #keepTerm(queue: PublicationQueue, refuseLoss: () => Promise<void>, signal: AbortSignal): Promise<void> {
    const { lease } = this.#options;
    for (;;) {
      await pause(TICK_MS, signal);
      if (signal.aborted) return;
      if (queue.fault) throw queue.fault;
      if (!this.#options.isLoaded() || this.#hasMissedChanges) {
        // Another writer may know more.
        await lease.release();
        throw new SourceNotLoaded();
      }
      if (!(await lease.renew())) throw new LeaseLost();
      await refuseLoss();
    }
  }

  async #refuseNothing(): Promise<void> {
    const { source, client, keys } = this.#options;
    const isEmpty = source.listRegistries(undefined, 1).length + source.listImages(undefined, 1).length === 0;
    if (!isEmpty || this.#acceptsEmpty) return;
    const counts = await Promise.all(ALL_PARTITIONS.map((partition) => client.hlen(keys.digests(partition))));
    const held = counts.reduce((sum, count) => sum + count, 0);
    if (held === 0) return;
    // Another writer may know better.
    await this.#options.lease.release();
    throw new NothingToPublish(`no redirect file is there, but Redis holds ${held} repositories, which stay`);
  }

  #tell(status: MirrorStatus): void {
    if (!this.#stop.signal.aborted) this.#options.onStatus(status);
  }
}

interface Latch {
  opened: Promise<void>;
  open: () => void;
}

function createLatch(): Latch {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}
