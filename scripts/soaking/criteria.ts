/** What a soak must show, and whether it did. Pure. */
import { median } from '../bench/statistics';
import type { Sighting } from './history';
import { findDelayMs } from './history';
import type { MemorySample } from './memory-samples';
import { sumBytes } from './memory-samples';

export interface Goals {
  /** How much more memory the last third may have than the second: 0.05 is 5 %. */
  mostGrowth: number;
  /** Until a publication is in service everywhere. */
  mostDelayMs: number;
  /** How much of the asked-for rate must have been sent: 0.99 is 99 %. */
  leastRate: number;
}

export const GOALS: Goals = { mostGrowth: 0.05, mostDelayMs: 1000, leastRate: 0.99 };

export interface Criterion {
  name: string;
  goal: string;
  found: string;
  isReached: boolean;
}

export interface Findings {
  requests: { sent: number; failed: number; seconds: number };
  /** Requests a second that were asked for. */
  rate: number;
  publications: Sighting[];
  samples: MemorySample[];
}

export interface Thirds {
  secondBytes: number;
  lastBytes: number;
  /** 0.05: the last has 5 % more. */
  growth: number;
}

/** Medians of the second and the last third of the time. Undefined: one of them has no sample. */
export function compareThirds(samples: MemorySample[]): Thirds | undefined {
  const endMs = samples.at(-1)?.atMs ?? 0;
  const bytesIn = (isInside: (share: number) => boolean): number[] =>
    samples.filter(({ atMs }) => isInside(atMs / endMs)).map(sumBytes);
  const second = bytesIn((share) => share > 1 / 3 && share <= 2 / 3);
  const last = bytesIn((share) => share > 2 / 3);
  if (second.length === 0 || last.length === 0) return undefined;
  const [secondBytes, lastBytes] = [median(second), median(last)];
  return { secondBytes, lastBytes, growth: (lastBytes - secondBytes) / secondBytes };
}

export function judgeSoak(findings: Findings, goals: Goals): Criterion[] {
  return [
    judgeRequests(findings),
    judgeRate(findings, goals),
    judgeMemory(findings, goals),
    judgeProcesses(findings),
    ...judgePublications(findings, goals),
  ];
}

function judgeRequests({ requests: { sent, failed } }: Findings): Criterion {
  const isReached = sent > 0 && failed === 0;
  return { name: 'failed requests', goal: 'none', found: `${failed} of ${formatCount(sent)}`, isReached };
}

function judgeRate({ requests: { sent, seconds }, rate }: Findings, { leastRate }: Goals): Criterion {
  const found = sent / seconds;
  return {
    name: 'requests a second',
    goal: `≥ ${formatPercent(leastRate)} of ${formatCount(rate)}`,
    found: formatCount(Math.round(found)),
    isReached: found >= leastRate * rate,
  };
}

function judgeMemory({ samples }: Findings, { mostGrowth }: Goals): Criterion {
  const thirds = compareThirds(samples);
  return {
    name: 'memory, last third against second third',
    goal: `≤ +${formatPercent(mostGrowth)}`,
    found: thirds
      ? `${formatGrowth(thirds.growth)}: ${formatMegabytes(thirds.secondBytes)} → ${formatMegabytes(thirds.lastBytes)}`
      : 'too few samples',
    isReached: thirds !== undefined && thirds.growth <= mostGrowth,
  };
}

/** A worker that takes the place of another has another number. */
function judgeProcesses({ samples }: Findings): Criterion {
  const families = new Set(samples.map(({ processes }) => Object.keys(processes).join(' ')));
  const isReached = families.size === 1;
  const [first = ''] = families;
  const found = isReached ? `${first.split(' ').length}, the same all along` : `${families.size} different sets`;
  return { name: 'processes', goal: 'none ends or is replaced', found, isReached };
}

function judgePublications({ publications }: Findings, { mostDelayMs }: Goals): Criterion[] {
  if (publications.length === 0) return [];
  const unseen = publications.filter(({ isSeen }) => !isSeen).length;
  const delays = publications.map(findDelayMs);
  const most = Math.max(...delays);
  return [
    {
      name: 'publications that were seen',
      goal: 'all',
      found: `${publications.length - unseen} of ${publications.length}`,
      isReached: unseen === 0,
    },
    {
      name: 'time until a publication is seen everywhere',
      goal: `≤ ${formatCount(mostDelayMs)} ms`,
      found: `median ${Math.round(median(delays))} ms, at most ${Math.round(most)} ms`,
      isReached: most <= mostDelayMs,
    },
  ];
}

const formatCount = (count: number): string => count.toLocaleString('en');
const formatPercent = (share: number): string => `${Number((share * 100).toFixed(1))} %`;
const formatGrowth = (share: number): string => `${share < 0 ? '−' : '+'}${formatPercent(Math.abs(share))}`;
const formatMegabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
