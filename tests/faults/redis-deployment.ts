/** A Redis, a `davit index` that keeps the index in it, and fronts that only read, each with requests running. All end with the test. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startDavit, type CraneConf, type Davit } from '../support/davit';
import { endAll } from '../support/end-all';
import { request } from '../support/http';
import { startRedis, type RedisServer, type RedisServerOptions } from '../support/redis';
import { createTemporaryDirectory } from '../support/temporary-directory';
import { until } from '../support/until';
import { ExcusingJudge } from './excusing-judge';
import { PATIENT } from './patient';
import { Site } from './site';
import { SteadyRequests } from './steady-requests';

export interface Front extends Davit {
  judge: ExcusingJudge;
  stream: SteadyRequests;
}

export interface Deployment {
  site: Site;
  writer: Davit;
  fronts: Front[];
}

export interface DeploymentOptions {
  redis: CraneConf[string];
  /** Of the fronts, when it is another one. */
  frontRedis?: CraneConf[string];
  /** How many; default: 1. */
  fronts?: number;
  /** They wait for Redis as they do when nothing is said of it: ./patient. Default: for longer. */
  isImpatient?: boolean;
  /** They are not waited for: nothing can be read yet. */
  isFaulty?: boolean;
}

const stops: (() => Promise<unknown>)[] = [];
// Redis, which was there first, goes last.
afterEach(() => endAll(stops));

export async function startServer(options?: RedisServerOptions): Promise<RedisServer> {
  const server = await startRedis(options);
  stops.push(() => server.stop());
  return server;
}

/** Resolves when the last versions are answered. */
export async function deploy(options: DeploymentOptions): Promise<Deployment> {
  const { redis, frontRedis = redis, fronts: count = 1, isImpatient = false, isFaulty = false } = options;
  const dataDir = join(createTemporaryDirectory(), 'data');
  mkdirSync(dataDir);
  const site = new Site(dataDir);
  const writer = await startDavit({ command: 'index', config: { general: { data_dir: dataDir }, redis } });
  stops.push(() => writer.stop());
  const startFront = async (): Promise<Front> => {
    const front = await startDavit({
      config: { redis: { ...(isImpatient ? {} : PATIENT), ...frontRedis } },
      until: isFaulty ? 'listening' : 'ready',
    });
    stops.push(() => front.stop());
    const judge = new ExcusingJudge(site.published);
    if (isFaulty) judge.excuse('everything');
    const stream = new SteadyRequests(front.url, judge);
    stops.push(() => stream.stop());
    return { ...front, judge, stream };
  };
  const fronts = await Promise.all(Array.from({ length: count }, startFront));
  if (!isFaulty) for (const { stream } of fronts) await stream.untilLatest();
  return { site, writer, fronts };
}

/** Resolves to what went wrong on the way, the first of it. */
export async function stopStreams(fronts: readonly Front[]): Promise<string[]> {
  const wrong = await Promise.all(fronts.map(({ stream }) => stream.stop()));
  return wrong.flat().slice(0, 20);
}

/** Resolves to the milliseconds until every front has answered the last versions. */
export async function untilLatest(fronts: readonly Front[], timeoutMs?: number): Promise<number> {
  return Math.max(...(await Promise.all(fronts.map(({ stream }) => stream.untilLatest(timeoutMs)))));
}

export interface Readiness {
  status: number;
  redis: {
    reading?: { state: string; reason: string; keptAnswers: number; lastFault?: { reason: string } };
    writing?: { state: string; reason: string };
  };
}

export async function readReadiness({ url }: Davit): Promise<Readiness> {
  const { status, body } = await request(url, { path: '/readyz' });
  const { redis } = JSON.parse(body.toString()) as Pick<Readiness, 'redis'>;
  return { status, redis };
}

/** Resolves to the milliseconds until /readyz says so of reading, with the status that goes with it. */
export function untilReading(front: Davit, state: string, { timeoutMs = 20_000, reason = '' } = {}): Promise<number> {
  const isSo = async (): Promise<boolean> => {
    const { status, redis } = await readReadiness(front);
    const { reading } = redis;
    return reading?.state === state && reading.reason.includes(reason) && status === (state === 'ok' ? 200 : 503);
  };
  return until(`reading is ${state}`, isSo, { timeoutMs });
}

/** The same of writing, which does not count for the status. */
export function untilWriting(writer: Davit, state: string, reason = '', timeoutMs = 60_000): Promise<number> {
  const isSo = async (): Promise<boolean> => {
    const { writing } = (await readReadiness(writer)).redis;
    return writing?.state === state && writing.reason.includes(reason);
  };
  return until(`writing is ${state} ${reason}`, isSo, { timeoutMs });
}

/** What the process has in memory now (proc(5)). */
export function residentMb({ pid }: Davit): number {
  const [, kB] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kB) / 1024;
}
