/**
 * A load generator: sends the requests of a plan over and over, on as many connections as there are in parallel. wrk when
 * it is installed, because it costs less than what it measures; autocannon otherwise, which comes with npm.
 */
import { startAutocannon } from './autocannon-load';
import { findProgram } from './find-program';
import type { Load, LoadResult, LoadTarget } from './load';
import { findFault } from './load';
import { startWrk } from './wrk-load';

export interface Generator {
  name: 'wrk' | 'autocannon';
  start: (target: LoadTarget, seconds: number) => Load;
}

/** `directory`: for files of its own. */
export function createGenerator(directory: string): Generator {
  const wrk = findProgram('wrk');
  return wrk === undefined
    ? { name: 'autocannon', start: startAutocannon }
    : { name: 'wrk', start: (target, seconds) => startWrk({ program: wrk, directory, target, seconds }) };
}

/** Runs it to its end; any answer that is not of the plan's kind is an error. */
export async function runLoad(generator: Generator, target: LoadTarget, seconds: number): Promise<LoadResult> {
  const result = await generator.start(target, seconds).result;
  const fault = findFault(result, target.plan);
  if (fault !== undefined) throw new Error(`${target.url}: ${fault}`);
  return result;
}
