/**
 * A log file that never stops the program: a full disk, a vanished directory or a pipe that nobody reads is told once, lines
 * are lost, and serving goes on. It is tried again from time to time, and told when it works. `reopen` follows a log that was
 * rotated away.
 */
import { createWriteStream } from 'node:fs';

/** Lines are dropped rather than piled up when the disk, or who reads the pipe, cannot follow. */
const MOST_BUFFERED_BYTES = 8 * 1024 * 1024;
const RETRY_MS = 2000;

/** Lines are written together, so many characters or so many milliseconds of them: each write wakes another thread. */
const MOST_GATHERED = 32 * 1024;
const GATHER_MS = 20;

export interface LogFileEvents {
  /** Once, however many lines are lost. */
  onBroken: (error: Error) => void;
  onWrittenAgain: () => void;
}

type Output = NodeJS.WritableStream & { readonly writableLength: number };

export class LogFile {
  #stream: Output;
  /** Lines that are to be written together. */
  #gathered = '';
  #gathering: NodeJS.Timeout | undefined;
  /** Nothing can be written, since then by `nowMs`, or since the last trial. */
  #brokenSinceMs: number | undefined;

  /** `path`: a file, or `-` for standard output. `nowMs`: any clock. */
  constructor(
    readonly path: string,
    readonly events: LogFileEvents,
    readonly nowMs = (): number => performance.now(),
  ) {
    this.#stream = this.#open();
  }

  readonly write = (line: string): void => {
    if (this.#brokenSinceMs !== undefined) this.#try(line);
    else if (this.#stream.writableLength < MOST_BUFFERED_BYTES) this.#gather(line);
  };

  reopen(): void {
    if (this.path === '-') return;
    this.close();
    this.#stream = this.#open();
    // The next line tells whether it works.
    if (this.#brokenSinceMs !== undefined) this.#brokenSinceMs = -Infinity;
  }

  close(): void {
    this.#flush();
    // Standard output is not ours to end; what it says to the last lines comes later, and is still listened to.
    if (this.path !== '-') this.#stream.end();
  }

  #gather(line: string): void {
    this.#gathered += line;
    if (this.#gathered.length >= MOST_GATHERED) this.#flush();
    else this.#gathering ??= setTimeout(() => this.#flush(), GATHER_MS);
  }

  #flush(): void {
    clearTimeout(this.#gathering);
    const lines = this.#gathered;
    [this.#gathered, this.#gathering] = ['', undefined];
    if (lines !== '' && this.#brokenSinceMs === undefined) this.#stream.write(lines);
  }

  #try(line: string): void {
    const now = this.nowMs();
    if (now - (this.#brokenSinceMs ?? now) < RETRY_MS) return;
    this.#brokenSinceMs = now;
    if (this.path !== '-') {
      this.close();
      this.#stream = this.#open();
    }
    const stream = this.#stream;
    stream.write(line, (error) => {
      if (error || stream !== this.#stream) return;
      this.#brokenSinceMs = undefined;
      this.events.onWrittenAgain();
    });
  }

  readonly #noteBroken = (error: Error): void => {
    if (this.#brokenSinceMs !== undefined) return;
    this.#brokenSinceMs = this.nowMs();
    const where = this.path === '-' ? 'standard output' : this.path;
    this.events.onBroken(new Error(`cannot write ${where}; lines are lost until it can be written`, { cause: error }));
  };

  #open(): Output {
    if (this.path === '-') return process.stdout.on('error', this.#noteBroken);
    const stream = createWriteStream(this.path, { flags: 'a' });
    return stream.on('error', (error) => {
      if (stream === this.#stream) this.#noteBroken(error);
    });
  }
}
