/**
 * Names whose repositories are to be written: each once, however often it was noted, and never twice at the same time; several
 * names together. The first fault ends it: what is written then is found out anew by whoever comes next.
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
    return this.#waiting.has(name) || this.#running.has(name);
  }

  /** Resolves when what the name means now, or something newer, is written. */
  add(name: string): Promise<void> {
    if (this.#fault) return Promise.reject(this.#fault);
    let waiting = this.#waiting.get(name);
    if (!waiting) this.#waiting.set(name, (waiting = createWaiting()));
    this.#startMore();
    return waiting.written;
  }

  /** Resolves when all that has been added so far is written. */
  async settle(): Promise<void> {
    if (this.#fault) throw this.#fault;
    await Promise.all([...this.#waiting.values(), ...this.#running.values()].map(({ written }) => written));
  }

  /** Nothing more is begun. */
  end(fault: Error): void {
    this.#fault ??= fault;
    for (const { settle } of this.#waiting.values()) settle(fault);
    this.#waiting.clear();
  }

  #startMore(): void {
    for (const [name, waiting] of this.#waiting) {
      if (this.#running.size >= this.#options.mostAtOnce) break;
      if (this.#running.has(name)) continue;
      this.#waiting.delete(name);
      this.#running.set(name, waiting);
      void this.#run(name, waiting);
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
