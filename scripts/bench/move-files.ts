/**
 * Moves every file of a directory to another one, as a publisher does it: with the lowest priority, because it is no part of what is
 * measured, and usually another machine.
 *     node build/scripts/bench/move-files.js FROM TO
 */
import { readdirSync, renameSync } from 'node:fs';
import { setPriority } from 'node:os';
import { join } from 'node:path';

const LOWEST_PRIORITY = 19;

const [from = '', to = ''] = process.argv.slice(2);

setPriority(LOWEST_PRIORITY);
for (const name of readdirSync(from)) renameSync(join(from, name), join(to, name));
