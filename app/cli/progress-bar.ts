/**
 * A progress bar in the last line of a terminal; nothing elsewhere, where the log says what happens.
 *
 * Nothing of the terminal is changed that would have to be undone: the cursor stays, and long lines go on being wrapped. For a process
 * may be killed or suspended at any moment. What else is written to the terminal comes above the bar.
 */
import { Format, SingleBar } from 'cli-progress';
import type { Io } from './io';

export interface ProgressBar {
  /** Begins with the first time that less than all is done, and ends when all is done. */
  show: (done: number, total: number) => void;
  /** Goes until it is shown again. */
  hide: () => void;
  /** Writes whole lines. */
  writeAbove: (write: () => void) => void;
  /** Goes for ever, whatever is shown. */
  close: () => void;
}

/** Names are written many at once: fewer would tell the speed of one moment. */
const MOST_SAMPLES = 500;

const CLEAR_LINE = '\r\u001b[K';
/** Where the bar is, to which cli-progress goes back when it ends. */
const SAVE_CURSOR = '\u001b7';

/** `what` is being counted. */
export function createProgressBar(what: string, { isTerminal }: Io): ProgressBar {
  if (!isTerminal) {
    const nothing = (): void => undefined;
    return { show: nothing, hide: nothing, writeAbove: (write) => write(), close: nothing };
  }
  const terminal = process.stderr;
  let bar: SingleBar | undefined;
  let isClosed = false;

  const hide = (): void => {
    process.removeListener('uncaughtExceptionMonitor', hide);
    bar?.stop();
    bar = undefined;
  };
  const begin = (done: number, total: number): SingleBar => {
    const begun = new SingleBar({
      format: `{bar} {percentage}% | {value} of {total} ${what} | {eta_formatted} left`,
      formatTime,
      etaBuffer: MOST_SAMPLES,
      stream: terminal,
      clearOnComplete: true,
      // Cut to the width of the terminal, so that the bar is one line; false would turn off wrapping for all lines.
      linewrap: true,
      // Written anew below what is written above it.
      forceRedraw: true,
    });
    begun.start(total, done);
    // Node.js writes an error that ends the process without asking anybody.
    process.once('uncaughtExceptionMonitor', hide);
    return begun;
  };
  return {
    show: (done, total) => {
      if (done >= total || isClosed) hide();
      else (bar ??= begin(done, total)).update(done);
    },
    hide,
    writeAbove: (write) => {
      if (bar) terminal.write(CLEAR_LINE);
      write();
      if (!bar) return;
      terminal.write(SAVE_CURSOR);
      bar.render();
    },
    close: () => {
      isClosed = true;
      hide();
    },
  };
}

/** What is not known yet comes as a text. */
const formatTime: typeof Format.TimeFormat = (seconds, options, step) =>
  Number.isFinite(seconds) ? Format.TimeFormat(seconds, options, step) : '?';
