/** One soak from beginning to end: repositories, davit, load and publications at the same time, and what was seen. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Criterion, Goals } from './criteria';
import { judgeSoak } from './criteria';
import { findDelayMs } from './history';
import type { LoadFacts } from './load';
import { startLoad } from './load';
import type { MemorySample, MemorySampling } from './memory-samples';
import { startMemorySampling, sumBytes } from './memory-samples';
import { createMix } from './mix';
import { startPublishing } from './publishing';
import type { Servers, WhichRedis } from './servers';
import { startServers } from './servers';
import type { Change, Site } from './site';
import { createSite } from './site';
import type { Counts, Tally } from './tally';
import { createTally } from './tally';

export interface SoakPlan {
  /** Empty; for everything that is published. */
  directory: string;
  durationMs: number;
  rate: number;
  workers: number;
  repositories: number;
  publicationsPerMinute: number;
  /** Where the index is; undefined: in the memory of each process. */
  redis: WhichRedis | undefined;
  /** How long a lookup may wait for that; default: as davit has it. */
  lookupTimeoutS?: number;
  sampleEveryMs: number;
  goals: Goals;
  /** Ends the load before its time. */
  signal: AbortSignal;
  /** Told what is going on, when it begins and about once a second. */
  tell: (progress: string) => void;
}

export interface SoakResult {
  seconds: number;
  sent: number;
  counts: Counts;
  changes: { what: string; name: string; delayMs: number; isSeen: boolean }[];
  samples: MemorySample[];
  criteria: Criterion[];
}

/** What is published last must be seen, too. */
const QUIET_END_MS = 3000;
const TELL_EVERY_MS = 1000;

export async function runSoak(plan: SoakPlan): Promise<SoakResult> {
  plan.tell(`publishing ${plan.repositories} repositories`);
  const site = await createSite(plan.directory, plan.repositories);
  plan.tell(`starting davit with ${plan.workers} workers`);
  const servers = await startServers({
    dataDir: site.dataDir,
    workers: plan.workers,
    redis: plan.redis,
    lookupTimeoutS: plan.lookupTimeoutS,
  });
  try {
    return await loadAndPublish(plan, site, servers);
  } finally {
    await servers.stop();
  }
}

async function loadAndPublish(plan: SoakPlan, site: Site, servers: Servers): Promise<SoakResult> {
  const tally = createTally();
  const startedAtMs = performance.now();
  const untilMs = async (atMs: number): Promise<void> => {
    const restMs = Math.max(0, startedAtMs + atMs - performance.now());
    await delay(restMs, undefined, { signal: plan.signal }).catch(() => undefined);
  };

  const memory = startMemorySampling(servers.pids, plan.sampleEveryMs);
  const publishing = startPublishing(site, plan.publicationsPerMinute);
  const load = startLoad({ url: servers.url, rate: plan.rate, ask: createMix(site), take: tally.take });
  const progress = setInterval(() => {
    plan.tell(describeProgress(plan, performance.now() - startedAtMs, tally.read(), memory.samples, site.changes));
  }, TELL_EVERY_MS);
  const finish = (): Promise<LoadFacts> => {
    clearInterval(progress);
    memory.stop();
    return load.stop();
  };
  try {
    await Promise.race([untilMs(plan.durationMs - QUIET_END_MS), publishing.failure]);
    await publishing.stop();
    if (plan.signal.aborted) await delay(QUIET_END_MS);
    else await untilMs(plan.durationMs);
  } catch (error) {
    await finish();
    throw error;
  }
  return describeResult(plan, { site, tally, memory }, await finish());
}

function describeResult(
  { rate, goals }: SoakPlan,
  { site, tally, memory }: { site: Site; tally: Tally; memory: MemorySampling },
  { sent, seconds }: LoadFacts,
): SoakResult {
  const counts = tally.read();
  const requests = { sent, failed: counts.failed, seconds };
  const { samples } = memory;
  const publications = site.changes.map(({ edition }) => edition);
  return {
    seconds,
    sent,
    counts,
    changes: site.changes.map(({ what, subject: { name }, edition }) => ({
      what,
      name,
      delayMs: findDelayMs(edition),
      isSeen: edition.isSeen,
    })),
    samples,
    criteria: judgeSoak({ requests, rate, publications, samples }, goals),
  };
}

function describeProgress(
  { durationMs }: SoakPlan,
  passedMs: number,
  { answered, failed, latencyMs }: Counts,
  samples: MemorySample[],
  changes: Change[],
): string {
  const latest = samples.at(-1);
  return [
    `${formatTime(passedMs)} of ${formatTime(durationMs)}`,
    `${answered.toLocaleString('en')} answers`,
    `${failed} failed`,
    `${changes.length} publications`,
    `p99 ${latencyMs.p99.toFixed(1)} ms`,
    latest ? `${(sumBytes(latest) / 1e6).toFixed(0)} MB` : 'memory not looked at yet',
  ].join(', ');
}

function formatTime(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
