/**
 * Gathers what is to be written together: while one script is under way, what comes meanwhile waits and goes together in the next one. So
 * for each key by itself: the protocol of a catalog, or a partition. Pure, but for what waits.
 *
 * The first fault ends it for the key, as it ends the term: what was to come after it fails too.
 */
interface Batch<Item> {
  items: Item[];
  written: Promise<void>;
}

/** Of one script. */
const MOST_ITEMS = 500;

export class Gathering<Key, Item> {
  readonly #send: (key: Key, items: Item[]) => Promise<void>;
  /** Those that wait, and may take more. */
  readonly #waiting = new Map<Key, Batch<Item>>();
  readonly #last = new Map<Key, Promise<void>>();

  constructor(send: (key: Key, items: Item[]) => Promise<void>) {
    this.#send = send;
  }

  /** Resolves when it is written; the same promise for what goes together. */
  add(key: Key, item: Item): Promise<void> {
    let batch = this.#waiting.get(key);
    if (!batch || batch.items.length >= MOST_ITEMS) batch = this.#begin(key);
    batch.items.push(item);
    return batch.written;
  }

  #begin(key: Key): Batch<Item> {
    const items: Item[] = [];
    const before = this.#last.get(key) ?? Promise.resolve();
    const batch = {
      items,
      written: before.then(() => {
        if (this.#waiting.get(key) === batch) this.#waiting.delete(key);
        return this.#send(key, items);
      }),
    };
    this.#waiting.set(key, batch);
    this.#last.set(key, batch.written);
    return batch;
  }
}
