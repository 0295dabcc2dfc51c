/** Counts what became of the requests. */
import type { RecordableHistogram } from 'node:perf_hooks';
import { createHistogram } from 'node:perf_hooks';
import type { Answer } from './expected';
import type { Exchange } from './load';

export interface Tally {
  take: (exchange: Exchange) => void;
  read: () => Counts;
}

export interface Counts {
  answered: number;
  failed: number;
  /** Right before a publication, and not older than what is allowed. */
  outdated: number;
  /** By status. */
  statuses: Record<string, number>;
  /** The first failures, in words. */
  failures: string[];
  latencyMs: { p50: number; p99: number; max: number };
  /** The part of it before the request was sent: what the load generator and a busy machine add, whatever the server does. */
  lateMs: { p50: number; p99: number };
}

/** More would say the same. */
const MOST_EXPLAINED = 20;
const MOST_CHARACTERS = 200;

export function createTally(): Tally {
  // In microseconds.
  const [latencies, delays] = [createHistogram(), createHistogram()];
  const counts = { answered: 0, failed: 0, outdated: 0 };
  const statuses: Record<string, number> = {};
  const failures: string[] = [];

  const fail = ({ question, answer }: Exchange): void => {
    counts.failed++;
    if (failures.length === MOST_EXPLAINED) return;
    const agent = question.headers.find(([name]) => name === 'User-Agent')?.[1] ?? '';
    failures.push(`${question.method} ${question.path} (${agent}): ${describe(answer)}`);
  };

  return {
    take: (exchange) => {
      const { answer, question, span, latencyMs } = exchange;
      recordMs(latencies, latencyMs);
      recordMs(delays, latencyMs - (span.answeredAtMs - span.sentAtMs));
      if (typeof answer === 'string') {
        fail(exchange);
        return;
      }
      counts.answered++;
      statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
      const verdict = question.judge(answer, span);
      if (verdict === 'outdated') counts.outdated++;
      if (verdict === 'wrong') fail(exchange);
    },
    read: () => ({
      ...counts,
      statuses: { ...statuses },
      failures: [...failures],
      latencyMs: { p50: readMs(latencies, 50), p99: readMs(latencies, 99), max: latencies.max / 1000 },
      lateMs: { p50: readMs(delays, 50), p99: readMs(delays, 99) },
    }),
  };
}

/** A histogram has no 0. */
const recordMs = (histogram: RecordableHistogram, ms: number): void =>
  histogram.record(Math.max(1, Math.round(ms * 1000)));
const readMs = (histogram: RecordableHistogram, percentile: number): number => histogram.percentile(percentile) / 1000;

const describe = (answer: Answer | string): string =>
  typeof answer === 'string'
    ? answer
    : `${answer.status} ${answer.location ?? ''} ${answer.body}`.replace(/\s+/g, ' ').slice(0, MOST_CHARACTERS);
