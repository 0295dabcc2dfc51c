/**
 * When V8 collects garbage: sooner for a thread that has nothing left to do, later for one that answers requests
 * (docs/decisions/0028-heaps-that-grow.md).
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const GROWTH_PERCENT = 150;

let collect: (() => void) | undefined;

/**
 * From now on a heap, with the tables that belong to it, may grow by one and a half times its size before all of it is collected, instead
 * of by what V8 guesses from its speed. For all threads; not before the first load is over, after which more memory would be taken.
 */
export function letHeapsGrow(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`);
}

/**
 * Collects the garbage of the thread that asks. V8 does so when a heap has grown, not when its thread has nothing left to
 * do: what a look at 10,000 files leaves behind would be kept until the next one.
 */
export function collectGarbage(): void {
  if (!collect) {
    // Only a new context has the function.
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as () => void;
  }
  // The first time marks pages as free, the second gives them back.
  collect();
  collect();
}
