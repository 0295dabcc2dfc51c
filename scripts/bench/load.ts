/** What is sent to a server, and what came of it: the same for every load generator. Pure. */
import type { RequestPlan } from './requests';

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

/** What is wrong with the answers, if anything. */
export function findFault({ failures, errorAnswers, requests }: LoadResult, plan: RequestPlan): string | undefined {
  if (failures > 0) return `${failures} requests failed`;
  const wrong = plan.status === 404 ? requests - errorAnswers : errorAnswers;
  if (wrong > 0) return `${wrong} of ${requests} answers are not ${plan.status}`;
  return requests === 0 ? 'no request was answered' : undefined;
}
