/**
 * Small files of configuration that may change while the program runs: what was last good stays in service.
 *
 * Looks at the files every second and, when they differ from what was read, once more a moment later; what has not changed
 * meanwhile is read. So a file that is being written is not read half, unless its writer pauses, and then it is read again.
 * A file that is refused, unreadable or gone is reported once, and looked at on.
 *
 * Several files make one value: they are read together, and one that is bad keeps all of them from service.
 */
import type { TextsReading } from './read-texts';
import { examineFiles, readTexts } from './read-texts';

const INTERVAL_MS = 1000;
const SETTLE_MS = 100;

export type ParsedText<T> = { kind: 'parsed'; value: T; warnings: string[] } | { kind: 'refused'; mistakes: string[] };

interface WatchOptions<T> {
  /** Something else is in service now. */
  onChange?: (value: T, warnings: string[]) => void;
  /** What stands in the files is not in service, and why; the last good value is. Once for each content. */
  onMistake: (mistakes: string[]) => void;
  /** From one look to the next; default 1,000. */
  intervalMs?: number;
  /** How long changed files must stay the same to be read; default 100. */
  settleMs?: number;
}

export interface WatchTextsOptions<T> extends WatchOptions<T> {
  paths: readonly string[];
  /** Does not throw. The texts are in the order of the paths. */
  parse: (texts: string[]) => ParsedText<T> | Promise<ParsedText<T>>;
}

export interface WatchTextOptions<T> extends WatchOptions<T> {
  path: string;
  /** Does not throw. */
  parse: (text: string) => ParsedText<T> | Promise<ParsedText<T>>;
}

export interface WatchedText<T> {
  /** What is in service. */
  readonly value: T;
  /** Reads now, whether or not anything changed, for an operator who says so. */
  reload(): Promise<void>;
  /** No callback is called after it. */
  close(): Promise<void>;
}

export type FirstReading<T> =
  { kind: 'watched'; watched: WatchedText<T>; warnings: string[] } | { kind: 'refused'; mistakes: string[] };

export const watchText = <T>({ path, parse, ...options }: WatchTextOptions<T>): Promise<FirstReading<T>> =>
  watchTexts({ ...options, paths: [path], parse: ([text]) => parse(text as string) });

/** Nothing is watched when the first reading is refused. */
export async function watchTexts<T>(options: WatchTextsOptions<T>): Promise<FirstReading<T>> {
  const reading = await readTexts(options.paths);
  const parsed = await parseReading(reading, options.parse);
  if (parsed.kind === 'refused') return parsed;
  const { value, warnings } = parsed;
  return { kind: 'watched', watched: new TextWatch(options, value, reading.identity), warnings };
}

class TextWatch<T> implements WatchedText<T> {
  /** Of the content that was last read, good or bad. */
  #identity: string;
  /** Fingerprint of the files as they were read; undefined: they are to be read again. */
  #readFingerprint: string | undefined;
  /** Fingerprint of the files as they were last looked at. */
  #seenFingerprint: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;
  /** One look or reading at a time. */
  #work = Promise.resolve();

  constructor(
    readonly options: WatchTextsOptions<T>,
    public value: T,
    identity: string,
  ) {
    this.#identity = identity;
    this.#lookIn(options.intervalMs ?? INTERVAL_MS);
  }

  reload(): Promise<void> {
    return this.#queue(async () => {
      await this.#read();
      // Nobody waited for it to settle.
      this.#readFingerprint = undefined;
    });
  }

  close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    return this.#work;
  }

  #queue(work: () => Promise<void>): Promise<void> {
    this.#work = this.#work.then(() => (this.#isClosed ? undefined : work()));
    return this.#work;
  }

  #lookIn(delayMs: number): void {
    this.#timer = setTimeout(() => void this.#queue(() => this.#look()), delayMs).unref();
  }

  async #look(): Promise<void> {
    const { paths, intervalMs = INTERVAL_MS, settleMs = SETTLE_MS } = this.options;
    const now = await examineFiles(paths);
    const isSettled = now === this.#seenFingerprint;
    this.#seenFingerprint = now;
    const isChanged = now !== this.#readFingerprint;
    if (isChanged && isSettled) await this.#read();
    if (!this.#isClosed) this.#lookIn(isChanged && !isSettled ? settleMs : intervalMs);
  }

  async #read(): Promise<void> {
    const reading = await readTexts(this.options.paths);
    this.#readFingerprint = reading.fingerprint;
    if (reading.identity === this.#identity) return;
    const parsed = await parseReading(reading, this.options.parse);
    this.#identity = reading.identity;
    if (parsed.kind === 'refused') {
      this.options.onMistake(parsed.mistakes);
    } else {
      this.value = parsed.value;
      this.options.onChange?.(parsed.value, parsed.warnings);
    }
  }
}

const parseReading = <T>(
  { texts, mistakes }: TextsReading,
  parse: WatchTextsOptions<T>['parse'],
): ParsedText<T> | Promise<ParsedText<T>> => (mistakes.length > 0 ? { kind: 'refused', mistakes } : parse(texts));
