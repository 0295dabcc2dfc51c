/**
 * Collects the garbage of the thread that asks. V8 does so when a heap has grown, not when its thread has nothing left to
 * do: what a look at 10,000 files leaves behind would be kept until the next one.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

let collect: (() => void) | undefined;

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
