/**
 * The least that loading can be: reads every file of a directory and parses it, keeping nothing.
 *     node build/scripts/bench/read-and-parse.js DIRECTORY
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const [directory = '.'] = process.argv.slice(2);

for (const name of readdirSync(directory)) JSON.parse(readFileSync(join(directory, name), 'utf8'));
