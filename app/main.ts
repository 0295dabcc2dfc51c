#!/usr/bin/env node
/** The program: the only reader of process.env and process.argv. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCli } from './cli/run-cli';

const { version } = JSON.parse(readFileSync(join(__dirname, '../package.json'), 'utf8')) as { version: string };

// `davit check | head` closes the pipe before we are done; that is no fault.
process.stdout.on('error', () => process.exit());

runCli(process.argv.slice(2), {
  environment: process.env,
  print: (line) => process.stdout.write(`${line}\n`),
  complain: (line) => process.stderr.write(`${line}\n`),
  isTerminal: process.stderr.isTTY,
  version,
}).then(
  (exitCode) => {
    process.exitCode = exitCode;
  },
  (error: unknown) => {
    process.stderr.write(`davit: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = 1;
  },
);
