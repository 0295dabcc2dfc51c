/** A call that may come before there is anybody to answer it: then it is made up for, once. Pure. */
export class LateCall {
  #answer: (() => void) | undefined;
  #isMissed = false;

  call(): void {
    if (this.#answer) this.#answer();
    else this.#isMissed = true;
  }

  /** From now on. */
  answerBy(answer: () => void): void {
    this.#answer = answer;
    if (this.#isMissed) answer();
  }
}
