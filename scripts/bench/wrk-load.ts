/** Load by wrk: a Lua script makes the requests from a file before the clock starts, and prints the result as JSON. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Load, LoadResult, LoadTarget } from './load';
import { CONNECTIONS } from './load';
import { startProgram } from './programs';
import type { BenchRequest, RequestPlan } from './requests';

export interface WrkRun {
  program: string;
  directory: string;
  target: LoadTarget;
  seconds: number;
}

/** The file has one request a block, as it is sent, with a line of its own between two. */
const SEPARATOR = '--next--';

const SCRIPT = `
local requests = {}
local turn = 0

function init(arguments)
  local block = {}
  for line in io.lines(arguments[1]) do
    if line == '${SEPARATOR}' then
      requests[#requests + 1] = table.concat(block, '\\r\\n') .. '\\r\\n\\r\\n'
      block = {}
    else
      block[#block + 1] = line
    end
  end
end

function request()
  turn = turn + 1
  if turn > #requests then turn = 1 end
  return requests[turn]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\\nresult {"requests":%d,"microseconds":%d,"p99":%d,"failures":%d,"errorAnswers":%d}\\n',
    summary.requests, summary.duration, latency:percentile(99),
    errors.connect + errors.read + errors.write + errors.timeout, errors.status))
end
`;

interface PrintedResult {
  requests: number;
  microseconds: number;
  p99: number;
  failures: number;
  errorAnswers: number;
}

/** Plans that are in a file already. */
const written = new Map<RequestPlan, string>();

export function startWrk({ program, directory, target, seconds }: WrkRun): Load {
  const { url, plan, threads = 1 } = target;
  const script = join(directory, 'wrk.lua');
  writeFileSync(script, SCRIPT);
  const file = written.get(plan) ?? join(directory, `requests-${written.size}.txt`);
  if (!written.has(plan)) writeFileSync(file, plan.requests.map(printRequest).join(''));
  written.set(plan, file);
  const args = [
    '--threads',
    String(threads),
    '--connections',
    String(CONNECTIONS),
    '--duration',
    `${seconds}s`,
    '--timeout',
    '10s',
  ];
  const wrk = startProgram(program, [...args, '--script', script, url, '--', file]);
  const read = async (): Promise<LoadResult> => {
    const exitCode = await wrk.ended;
    const [, printed] = /^result (\{.*\})$/m.exec(wrk.output()) ?? [];
    if (exitCode !== 0 || printed === undefined) throw new Error(wrk.explain());
    const { requests, microseconds, p99, failures, errorAnswers } = JSON.parse(printed) as PrintedResult;
    return { requestsPerSecond: (requests / microseconds) * 1e6, requests, p99Ms: p99 / 1000, failures, errorAnswers };
  };
  return { result: read(), finish: () => wrk.signal('SIGINT') };
}

const printRequest = ({ path, headers }: BenchRequest): string =>
  [
    `GET ${path} HTTP/1.1`,
    'Host: registry.example.com',
    ...headers.map(([name, value]) => `${name}: ${value}`),
    `${SEPARATOR}\n`,
  ].join('\n');
