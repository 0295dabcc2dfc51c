/** What it costs to have the index in Redis: with the answers kept, without, and with two processes that ask. */
import { join } from 'node:path';
import { COMMON } from './data-sets';
import { runLoad } from './generator';
import type { Contender } from './pairs';
import { comparePairs } from './pairs';
import { startProgram } from './programs';
import type { LookupRun } from './redis-lookups';
import type { IndexInRedis } from './redis-server';
import { REDIS_MISSING, startIndexInRedis } from './redis-server';
import type { RequestPlan } from './requests';
import { planBoth } from './requests';
import { expectSameAnswers } from './same-answers';
import type { Bench, Measured, Outcome, Scenario } from './scenario';
import { notRun } from './scenario';
import type { Server } from './servers';
import { startDavit, startFront } from './servers';
import { median, spreadOf } from './statistics';

/** With what `COMMON` publishes in Redis. */
async function withRedis(bench: Bench, run: (redis: IndexInRedis) => Promise<Outcome>): Promise<Outcome> {
  const redis = await startIndexInRedis(join(bench.directory, 'redis'), bench.dataOf(COMMON).directory);
  if (!redis) return notRun(REDIS_MISSING);
  const outcome = await run(redis);
  await redis.stop();
  return outcome;
}

interface FrontKind {
  name: string;
  cacheEntries?: number;
}

const WITHOUT_CACHE: FrontKind = { name: 'no cache', cacheEntries: 0 };

/** Against the same davit, the same requests, with the index in its own memory. */
const compareWithMemory = (bench: Bench, { name, cacheEntries }: FrontKind): Promise<Outcome> =>
  withRedis(bench, async (redis) => {
    const plan = planBoth(COMMON);
    const { directory } = bench;
    const front = await startFront({
      directory,
      redisUrl: redis.url,
      ...(cacheEntries !== undefined && { cacheEntries }),
    });
    const davit = await startDavit({ dataDir: bench.dataOf(COMMON).directory });
    await expectSameAnswers(front, davit, plan);
    const kept = await fillCache(bench, front, plan);
    const outcome = await comparePairs(
      bench,
      { name, server: front, plan, behind: { name: 'Redis', pid: redis.pid } },
      { name: 'index in memory', server: davit, plan },
    );
    const faults = (await readKept(front)) === kept ? [] : ['what is kept changed meanwhile'];
    await Promise.all([front.stop(), davit.stop()]);
    return { ...outcome, faults };
  });

/** The load, until all of it brings nothing new; gives the number of answers that are kept then. */
async function fillCache({ generator }: Bench, front: Server, plan: RequestPlan): Promise<number> {
  let [before, kept, seconds, isWhole] = [-1, 0, 1, false];
  while (!isWhole || kept > before) {
    const { requests } = await runLoad(generator, { url: front.url, plan }, seconds);
    // Each run begins with the first request; where a second is too short for all, the last ones would never come.
    isWhole = requests >= plan.requests.length;
    if (!isWhole) seconds *= 2;
    [before, kept] = [kept, await readKept(front)];
  }
  return kept;
}

async function readKept({ url }: Server): Promise<number> {
  const { redis } = (await (await fetch(`${url}/readyz`)).json()) as { redis: { reading: { keptAnswers: number } } };
  return redis.reading.keptAnswers;
}

/** Two processes that ask the same Redis, and one. */
const compareFronts = (bench: Bench): Promise<Outcome> =>
  withRedis(bench, async (redis) => {
    const plan = planBoth(COMMON);
    const { directory } = bench;
    const contend = async (name: string, workers: number): Promise<Contender> => ({
      name,
      server: await startFront({ directory, redisUrl: redis.url, cacheEntries: 0, workers }),
      plan,
      behind: { name: 'Redis', pid: redis.pid },
      threads: 2,
    });
    const [two, one] = [await contend('2 workers, no cache', 2), await contend('1 process, no cache', 1)];
    const outcome = await comparePairs(bench, two, one);
    await Promise.all([two.server.stop(), one.server.stop()]);
    return outcome;
  });

/** Without HTTP around them. */
const measureLookups = (bench: Bench): Promise<Outcome> =>
  withRedis(bench, async (redis): Promise<Measured> => {
    const { rounds, runSeconds } = bench.options;
    const runs: LookupRun[] = [];
    for (let round = 0; round < rounds; round++) {
      const program = startProgram(process.execPath, [
        join(__dirname, 'redis-lookups.js'),
        ...[redis.port, redis.pid, runSeconds].map(String),
      ]);
      if ((await program.ended) !== 0) throw new Error(program.explain());
      runs.push(JSON.parse(program.output()) as LookupRun);
    }
    const rates = runs.map(({ lookups, seconds }) => lookups / seconds);
    return {
      kind: 'measured',
      davit: [
        `no cache, no HTTP: ${Math.round(median(rates)).toLocaleString('en')}/s`,
        `${median(runs.map(({ ownMicroseconds }) => ownMicroseconds)).toFixed(1)} µs`,
        `Redis ${median(runs.map(({ redisMicroseconds }) => redisMicroseconds)).toFixed(1)} µs`,
      ].join(', '),
      comparedWith: '',
      result: spreadOf(rates),
      faults: [],
      details: runs,
    };
  });

export const redisScenarios: Scenario[] = [
  {
    name: 'redis-cached',
    title: 'index in Redis, answers kept, against the index in memory',
    goal: { kind: 'at least', value: 0.8, unit: '×' },
    run: (bench) => compareWithMemory(bench, { name: 'answers kept' }),
  },
  {
    name: 'redis-uncached',
    title: 'index in Redis, nothing kept, against the index in memory',
    goal: { kind: 'none', unit: '×' },
    run: (bench) => compareWithMemory(bench, WITHOUT_CACHE),
  },
  {
    name: 'redis-fronts',
    title: 'two processes that ask one Redis, nothing kept, against one',
    goal: { kind: 'none', unit: '×' },
    run: compareFronts,
  },
  {
    name: 'redis-lookups',
    title: 'lookups in Redis, nothing kept, without HTTP',
    goal: { kind: 'none', unit: '/s' },
    run: measureLookups,
  },
];
