/** The report of a soak, as a table in Markdown, and as JSON. Pure. */
import { renderTable } from '../lab/markdown-table';
import { median } from '../bench/statistics';
import type { SoakResult } from './run';

export function printReport({ criteria, counts, changes, seconds }: SoakResult): string {
  const rows = criteria.map(({ name, goal, found, isReached }) => [
    name,
    goal,
    found,
    isReached ? 'reached' : 'MISSED',
  ]);
  const { latencyMs, lateMs } = counts;
  const { p50, p99, max } = latencyMs;
  const statuses = Object.entries(counts.statuses).map(([status, count]) => `${status}: ${count.toLocaleString('en')}`);
  return [
    renderTable([['criterion', 'goal', 'found', ''], ...rows]),
    '',
    `${Math.round(seconds)} s; latency p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms, at most ${max.toFixed(1)} ms.`,
    `Of that, before the request was sent: p50 ${lateMs.p50.toFixed(2)} ms, p99 ${lateMs.p99.toFixed(2)} ms.`,
    `Answers by status: ${statuses.join(', ')}. ${counts.outdated} were from before a publication that had just been made.`,
    ...describeChanges(changes),
    ...counts.failures.map((failure) => `failed: ${failure}`),
    '',
  ].join('\n');
}

function describeChanges(changes: SoakResult['changes']): string[] {
  const kinds = [...new Set(changes.map(({ what }) => what))];
  return kinds.map((kind) => {
    const delays = changes.filter(({ what }) => what === kind).map(({ delayMs }) => delayMs);
    const [middle, most] = [median(delays), Math.max(...delays)].map(Math.round);
    return `${kind}: ${delays.length}, seen everywhere after ${middle} ms (median), ${most} ms (at most)`;
  });
}

export const printJson = (result: SoakResult): string => `${JSON.stringify(result, undefined, 2)}\n`;
