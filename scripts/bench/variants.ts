/** How fast davit is beside itself: with much data, with an access log; and its workers beside those of nginx. */
import { join } from 'node:path';
import type { DataSet } from './data-sets';
import { COMMON, describeDataSet, FEW, MANY, ONE_LARGE, ONE_SMALL } from './data-sets';
import { comparePairs } from './pairs';
import { planManifests } from './requests';
import type { Bench, Outcome, Scenario } from './scenario';
import { notRun } from './scenario';
import { hasWorkers, startDavit, startNginx } from './servers';

async function compareSizes(bench: Bench, large: DataSet, small: DataSet): Promise<Outcome> {
  const [a, b] = await Promise.all(
    [large, small].map(async (data) => ({
      name: `davit, ${describeDataSet(data)}`,
      server: await startDavit({ dataDir: bench.dataOf(data).directory }),
      plan: planManifests(data, 'digest'),
    })),
  );
  if (!a || !b) throw new Error('two servers were started');
  const outcome = await comparePairs(bench, a, b);
  await Promise.all([a.server.stop(), b.server.stop()]);
  return outcome;
}

async function compareLogging(bench: Bench): Promise<Outcome> {
  const plan = planManifests(COMMON, 'tag');
  const { directory: dataDir } = bench.dataOf(COMMON);
  const logging = await startDavit({ dataDir, accessLog: join(bench.directory, 'access.log') });
  const silent = await startDavit({ dataDir });
  const outcome = await comparePairs(
    bench,
    { name: 'davit, access log', server: logging, plan },
    { name: 'davit, no access log', server: silent, plan },
  );
  await Promise.all([logging.stop(), silent.stop()]);
  return outcome;
}

async function compareWorkers(bench: Bench): Promise<Outcome> {
  if (!(await hasWorkers())) return notRun('davit serve has no --workers');
  const nginx = await startNginx(join(bench.directory, 'nginx'), 2);
  if (!nginx) return notRun('nginx is not installed');
  const davit = await startDavit({ dataDir: bench.dataOf(COMMON).directory, workers: 2 });
  const plan = planManifests(COMMON, 'tag');
  const outcome = await comparePairs(
    bench,
    { name: 'davit, 2 workers', server: davit, plan, threads: 2 },
    { name: 'nginx, 2 workers', server: nginx, plan, threads: 2 },
  );
  await Promise.all([davit.stop(), nginx.stop()]);
  return outcome;
}

export const variantScenarios: Scenario[] = [
  {
    name: 'large-repository',
    title: 'a repository of 50,000 references against one of 100',
    goal: { kind: 'at least', value: 0.9, unit: '×' },
    run: (bench) => compareSizes(bench, ONE_LARGE, ONE_SMALL),
  },
  {
    name: 'many-repositories',
    title: '100,000 repositories against 1,000',
    goal: { kind: 'at least', value: 0.75, unit: '×' },
    run: (bench) => compareSizes(bench, MANY, FEW),
  },
  {
    name: 'access-log',
    title: 'access log to a file, on against off',
    goal: { kind: 'at least', value: 0.6, unit: '×' },
    run: compareLogging,
  },
  {
    name: 'workers',
    title: 'two workers against two workers of nginx',
    goal: { kind: 'at least', value: 0.55, unit: '×' },
    run: compareWorkers,
  },
];
