/** Something went wrong with the v2 protocol; the era's rules say what follows from it. */
import type { ErrorAnswer } from './fallback';

export class V2Failed extends Error {
  override readonly name = 'V2Failed';

  constructor(
    message: string,
    readonly answer?: ErrorAnswer,
  ) {
    super(message);
  }
}
