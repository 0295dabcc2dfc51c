/**
 * Names whose repositories are to be written: each once, however often it was noted, and never twice at the same time; several
 * names together. What is published goes before what a comparison has found, which may be everything. The first fault ends it: what
 * is to be written then is found out anew by whoever comes next.
 */
export interface PublicationQueueOptions {
  write: (name: string) => Promise<void>;
  /** Names that are written at once. */
  mostAtOnce: number;
}

interface Waiting {
  written: Promise<void>;
  settle: (fault?: Error) => void;
}

export class PublicationQueue {
  readonly #options: PublicationQueueOptions;
  readonly #waiting = new Map<string, Waiting>();
  /** After those. */
  readonly #later = new Map<string, Waiting>();
  readonly #running = new Map<string, Waiting>();
  #fault: Error | undefined;

  constructor(options: PublicationQueueOptions) {
    this.#options = options;
  }

  /** Why nothing is written any more. */
  get fault(): Error | undefined {
    return this.#fault;
  }

  /** The name is to be written, or is being written. */
  has(name: string): boolean {
    return this.#waiting.has(name) || this.#later.has(name) || this.#running.has(name);
  }

  /** Resolves when what the name means now, or something newer, is written. */
  add(name: string): Promise<void> {
    if (this.#fault) return Promise.reject(this.#fault);
    const waiting = this.#waiting.get(name) ?? this.#later.get(name) ?? createWaiting();
    this.#later.delete(name);
    this.#waiting.set(name, waiting);
    this.#startMore();
    return waiting.written;
  }

  /** The same, when nothing else is to be written. */
  addLater(name: string): Promise<void> {
    if (this.#fault) return Promise.reject(this.#fault);
    const waiting = this.#waiting.get(name) ?? this.#later.get(name) ?? createWaiting();
    if (!this.#waiting.has(name)) this.#later.set(name, waiting);
    this.#startMore();
    return waiting.written;
  }

  /** Resolves when all that has been added so far is written. */
  async settle(): Promise<void> {
    if (this.#fault) throw this.#fault;
    const all = [this.#waiting, this.#later, this.#running].flatMap((some) => [...some.values()]);
    await Promise.all(all.map(({ written }) => written));
  }

  /** Nothing more is begun. */
  end(fault: Error): void {
    this.#fault ??= fault;
    for (const some of [this.#waiting, this.#later]) {
      for (const { settle } of some.values()) settle(fault);
      some.clear();
    }
  }

  #startMore(): void {
    for (const some of [this.#waiting, this.#later]) {
      for (const [name, waiting] of some) {
        if (this.#running.size >= this.#options.mostAtOnce) return;
        if (this.#running.has(name)) continue;
        some.delete(name);
        this.#running.set(name, waiting);
        void this.#run(name, waiting);
      }
    }
  }

  async #run(name: string, { settle }: Waiting): Promise<void> {
    try {
      await this.#options.write(name);
      settle();
    } catch (error) {
      settle(error as Error);
      this.end(error as Error);
    }
    this.#running.delete(name);
    this.#startMore();
  }
}

function createWaiting(): Waiting {
  let settle: Waiting['settle'] = () => undefined;
  const written = new Promise<void>((resolve, reject) => {
    settle = (fault) => (fault ? reject(fault) : resolve());
  });
  // Whoever does not wait for it learns of a fault by `fault`.
  written.catch(() => undefined);
  return { written, settle };
}
