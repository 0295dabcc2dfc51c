/** Two servers are only worth comparing when they answer the same. */
import { get } from 'node:http';
import type { RequestPlan } from './requests';
import type { Server } from './servers';

const SAMPLES = 50;

export async function expectSameAnswers(a: Server, b: Server, { requests, status }: RequestPlan): Promise<void> {
  const step = Math.max(1, Math.floor(requests.length / SAMPLES));
  for (let at = 0; at < requests.length; at += step) {
    const request = requests[at];
    if (!request) continue;
    const [fromA, fromB] = await Promise.all([a, b].map((server) => ask(server, request.path, request.headers)));
    if (fromA !== fromB || !fromA?.startsWith(`${status} `)) {
      throw new Error(`${request.path}: ${a.url} answers ${fromA}, ${b.url} answers ${fromB}`);
    }
  }
}

/** Status and Location. */
export function ask({ url }: Server, path: string, headers: [string, string][] = []): Promise<string> {
  const lines: Record<string, string[]> = {};
  for (const [name, value] of headers) lines[name] = [...(lines[name] ?? []), value];
  return new Promise((resolve, reject) => {
    get(`${url}${path}`, { headers: lines, agent: false }, (response) => {
      response.resume();
      resolve(`${response.statusCode} ${response.headers.location ?? ''}`);
    }).once('error', reject);
  });
}
