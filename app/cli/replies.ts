/** Questions that were sent as messages and wait for their reply, which may never come. */
export class Replies<T> {
  readonly #waiting = new Map<number, (reply: T | undefined) => void>();
  #lastId = 0;

  constructor(readonly timeoutMs: number) {}

  /** Resolves to undefined after `timeoutMs`, or when nobody is left to reply. */
  ask(send: (id: number) => void): Promise<T | undefined> {
    const id = ++this.#lastId;
    return new Promise((resolve) => {
      const timeout = setTimeout(() => this.take(id, undefined), this.timeoutMs);
      this.#waiting.set(id, (reply) => {
        clearTimeout(timeout);
        resolve(reply);
      });
      send(id);
    });
  }

  take(id: number, reply: T | undefined): void {
    const resolve = this.#waiting.get(id);
    this.#waiting.delete(id);
    resolve?.(reply);
  }

  abandon(): void {
    for (const id of this.#waiting.keys()) this.take(id, undefined);
  }
}
