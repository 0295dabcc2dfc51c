/**
 * Moves every file of a directory to another one, as a publisher does it: with the lowest priority, and letting go of its processor
 * again and again, because it is no part of what is measured, and usually another machine.
 *     node build/scripts/bench/move-files.js FROM TO
 */
import { readdirSync, renameSync } from 'node:fs';
import { setPriority } from 'node:os';
import { join } from 'node:path';

const LOWEST_PRIORITY = 19;
const WORK_MS = 0.5;
/** Too short a rest, and the kernel brings no other thread to a processor that is free. */
const REST_MS = 1;

const [from = '', to = ''] = process.argv.slice(2);
const neverWoken = new Int32Array(new SharedArrayBuffer(4));

setPriority(LOWEST_PRIORITY);
let restedAtMs = performance.now();
for (const name of readdirSync(from)) {
  renameSync(join(from, name), join(to, name));
  if (performance.now() - restedAtMs < WORK_MS) continue;
  Atomics.wait(neverWoken, 0, 0, REST_MS);
  restedAtMs = performance.now();
}
