#!/usr/bin/env node
/** The program: the only reader of process.env and process.argv. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCli } from './cli/run-cli';

const { version } = JSON.parse(readFileSync(join(__dirname, '../package.json'), 'utf8')) as { version: string };

/** How long the last lines of a server may wait for somebody to read them. */
const LAST_WORDS_MS = 500;

let isServing = false;
// `davit check | head` closes the pipe before we are done; that is no fault. A server answers whether or not it can log.
process.stdout.on('error', () => {
  if (!isServing) process.exit();
});
process.stderr.on('error', () => undefined);

runCli(process.argv.slice(2), {
  environment: process.env,
  print: (line) => process.stdout.write(`${line}\n`),
  complain: (line) => process.stderr.write(`${line}\n`),
  isTerminal: process.stderr.isTTY,
  version,
  beginServing: () => {
    isServing = true;
  },
}).then(
  (exitCode) => {
    process.exitCode = exitCode;
    // Lines for a pipe that nobody empties would keep the process alive for ever.
    if (isServing) setTimeout(() => process.exit(), LAST_WORDS_MS).unref();
  },
  (error: unknown) => {
    process.stderr.write(`davit: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = 1;
    // What was begun before the fault would keep the process alive.
    setTimeout(() => process.exit(), LAST_WORDS_MS).unref();
  },
);
