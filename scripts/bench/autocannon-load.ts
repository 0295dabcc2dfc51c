/** Load by autocannon, in this process. It costs more than the servers that it measures, which hides differences. */
import autocannon from 'autocannon';
import type { Load, LoadResult, LoadTarget } from './load';
import { CONNECTIONS } from './load';
import type { BenchRequest } from './requests';

/** Every connection keeps all requests ready by itself. */
const MOST_REQUESTS = 500;

export function startAutocannon({ url, plan }: LoadTarget, seconds: number): Load {
  let instance: autocannon.Instance | undefined;
  const result = new Promise<LoadResult>((resolve, reject) => {
    const options = {
      url,
      connections: CONNECTIONS,
      duration: seconds,
      requests: plan.requests.slice(0, MOST_REQUESTS).map(toRequest),
    };
    instance = autocannon(options, (error: Error | null, found: autocannon.Result) => {
      if (error) reject(error);
      else resolve(toResult(found));
    });
  });
  return { result, finish: () => instance?.stop() };
}

const toResult = (found: autocannon.Result): LoadResult => ({
  requestsPerSecond: found.requests.total / found.duration,
  requests: found.requests.total,
  p99Ms: found.latency.p99,
  failures: found.errors + found.resets + found.mismatches,
  errorAnswers: found['4xx'] + found['5xx'],
});

function toRequest({ path, headers }: BenchRequest): autocannon.Request {
  const lines = new Map<string, string>([['Host', 'registry.example.com']]);
  for (const [name, value] of headers) lines.set(name, [lines.get(name) ?? [], value].flat().join(', '));
  return { method: 'GET', path, headers: Object.fromEntries(lines) };
}
