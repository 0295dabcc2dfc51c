/** A pull that docker would have ended with an error: its message is docker's, as a user reads it. */
export interface SeenRequest {
  method: string;
  /** The request target; the whole URL when it went to another host than the registry. */
  path: string;
  status: number;
}

export class PullFailed extends Error {
  override readonly name = 'PullFailed';

  constructor(
    message: string,
    readonly requests: SeenRequest[],
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
