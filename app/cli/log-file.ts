/**
 * A log file that never stops the program: a full disk or a vanished directory is told once, lines are lost, and serving
 * goes on. `reopen` follows a log that was rotated away.
 */
import { createWriteStream, type WriteStream } from 'node:fs';

/** Lines are dropped rather than piled up when the disk cannot follow. */
const MOST_BUFFERED_BYTES = 8 * 1024 * 1024;

export class LogFile {
  #stream: NodeJS.WritableStream & { readonly writableLength: number };
  #isBroken = false;

  /** `path`: a file, or `-` for standard output. */
  constructor(
    readonly path: string,
    readonly onError: (error: Error) => void,
  ) {
    this.#stream = this.#open();
  }

  readonly write = (line: string): void => {
    if (!this.#isBroken && this.#stream.writableLength < MOST_BUFFERED_BYTES) this.#stream.write(line);
  };

  reopen(): void {
    if (this.path === '-') return;
    this.close();
    this.#isBroken = false;
    this.#stream = this.#open();
  }

  close(): void {
    if (this.path !== '-') this.#stream.end();
  }

  #open(): NodeJS.WritableStream & { readonly writableLength: number } {
    if (this.path === '-') return process.stdout;
    const stream: WriteStream = createWriteStream(this.path, { flags: 'a' });
    stream.on('error', (error) => {
      if (stream === this.#stream) this.#isBroken = true;
      this.onError(new Error(`cannot write ${this.path}; SIGHUP tries again`, { cause: error }));
    });
    return stream;
  }
}
