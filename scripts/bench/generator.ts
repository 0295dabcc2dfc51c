/**
 * A load generator: sends the requests of a plan over and over, on as many connections as there are in parallel. wrk when
 * it is installed, because it costs less than what it measures; autocannon otherwise, which comes with npm.
 */
import { startAutocannon } from './autocannon-load';
import type { RequestPlan } from './requests';
import { findProgram } from './find-program';
import { startWrk } from './wrk-load';

export const CONNECTIONS = 32;

export interface LoadResult {
  requestsPerSecond: number;
  requests: number;
  p99Ms: number;
  /** Broken or refused connections, and requests without an answer. */
  failures: number;
  /** Answers with a status of 400 or higher. */
  errorAnswers: number;
}

export interface Load {
  result: Promise<LoadResult>;
  /** Ends it before its time. */
  finish: () => void;
}

export interface LoadTarget {
  /** http://127.0.0.1:PORT */
  url: string;
  plan: RequestPlan;
  /** Of wrk; 1 leaves the other one of two cores to the server, 2 keeps up with servers of two processes. Default 1. */
  threads?: number;
}

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

/** What is wrong with the answers, if anything. */
export function findFault({ failures, errorAnswers, requests }: LoadResult, plan: RequestPlan): string | undefined {
  if (failures > 0) return `${failures} requests failed`;
  const wrong = plan.status === 404 ? requests - errorAnswers : errorAnswers;
  if (wrong > 0) return `${wrong} of ${requests} answers are not ${plan.status}`;
  return requests === 0 ? 'no request was answered' : undefined;
}
