/**
 * What was ever published, as answers, and the judge of the answers that a program gave meanwhile.
 *
 * An answer is right when it is that of a version that was published, and none that came before what the same connection has
 * been answered already: a connection talks to one process, and a process never goes back. Everything else is wrong: an answer
 * that was never published, a 404 or 5xx for what exists, and no answer at all.
 */
export class Published {
  /** Path → the answers of its versions, oldest first. */
  readonly #answers: Map<string, string[]>;
  /** Connection and path → the version of the last answer. */
  readonly #seen = new Map<string, number>();

  constructor(answers = new Map<string, string[]>()) {
    this.#answers = answers;
  }

  /** The same answers, now and later, for other connections: those of another program. */
  elsewhere(): Published {
    return new Published(this.#answers);
  }

  get paths(): string[] {
    return [...this.#answers.keys()];
  }

  /** To be called before anybody can see it. */
  note(path: string, answer: string): void {
    const answers = this.#answers.get(path);
    if (answers) answers.push(answer);
    else this.#answers.set(path, [answer]);
  }

  /** What is wrong with an answer; undefined: nothing. */
  judge(connection: number, path: string, answer: string): string | undefined {
    const version = this.#answers.get(path)?.lastIndexOf(answer) ?? -1;
    if (version < 0) return `${path} was never published: ${answer}`;
    const key = `${connection} ${path}`;
    const before = this.#seen.get(key) ?? 0;
    this.#seen.set(key, version);
    return version < before ? `${path} went back from version ${before} to ${version}` : undefined;
  }

  /** A new connection may be to another process. */
  forget(connection: number): void {
    for (const key of this.#seen.keys()) if (key.startsWith(`${connection} `)) this.#seen.delete(key);
  }

  isLatest(path: string, answer: string): boolean {
    return this.#answers.get(path)?.at(-1) === answer;
  }
}
