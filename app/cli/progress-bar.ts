/** A progress bar on a terminal; nothing elsewhere, where the log says what happens. */
import { SingleBar } from 'cli-progress';
import type { Io } from './io';

export type ShowProgress = (done: number, total: number) => void;

/** `what` is being counted. The bar goes when all is done. */
export function createProgressBar(what: string, { isTerminal }: Io): ShowProgress {
  if (!isTerminal) return () => undefined;
  let bar: SingleBar | undefined;
  return (done, total) => {
    if (done >= total) {
      bar?.stop();
      bar = undefined;
      return;
    }
    if (!bar) {
      bar = new SingleBar({
        format: `{bar} {percentage}% | {value} of {total} ${what} | {eta_formatted} left`,
        stream: process.stderr,
        clearOnComplete: true,
        hideCursor: true,
      });
      bar.start(total, done);
    }
    bar.update(done);
  };
}
