/**
 * Gathers changes of the catalog: while one script is under way, what comes meanwhile waits and goes together in the next one. Pure,
 * but for what waits.
 *
 * The first fault ends it, as it ends the term: what was to come after it fails too.
 */
import type { Kind } from './keys';

export interface CatalogChange {
  name: string;
  /** Text; undefined: the name goes. */
  facts: string | undefined;
}

interface Batch {
  changes: CatalogChange[];
  written: Promise<void>;
}

/** Of one script. */
const MOST_CHANGES = 500;

export class CatalogWriter {
  readonly #send: (kind: Kind, changes: CatalogChange[]) => Promise<void>;
  /** Those that wait, and may take more. */
  readonly #waiting = new Map<Kind, Batch>();
  readonly #last = new Map<Kind, Promise<void>>();

  constructor(send: (kind: Kind, changes: CatalogChange[]) => Promise<void>) {
    this.#send = send;
  }

  /** Resolves when it is written. Not to be called for a name before it has ended for the same one. */
  change(kind: Kind, change: CatalogChange): Promise<void> {
    let batch = this.#waiting.get(kind);
    if (!batch || batch.changes.length >= MOST_CHANGES) batch = this.#begin(kind);
    batch.changes.push(change);
    return batch.written;
  }

  #begin(kind: Kind): Batch {
    const changes: CatalogChange[] = [];
    const before = this.#last.get(kind) ?? Promise.resolve();
    const batch = {
      changes,
      written: before.then(() => {
        if (this.#waiting.get(kind) === batch) this.#waiting.delete(kind);
        return this.#send(kind, changes);
      }),
    };
    this.#waiting.set(kind, batch);
    this.#last.set(kind, batch.written);
    return batch;
  }
}
