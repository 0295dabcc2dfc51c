/** How fast pulls are answered, against the least that node:http can do for the same answers. */
import type { RequestPlan } from './requests';
import { planBlobs, planManifests, planMissing } from './requests';
import { COMMON } from './data-sets';
import { comparePairs } from './pairs';
import { expectSameAnswers } from './same-answers';
import type { Bench, Goal, Outcome, Scenario } from './scenario';
import { startBare, startDavit } from './servers';

const GOAL: Goal = { kind: 'at least', value: 0.9, unit: '×' };

async function compareWithBare(bench: Bench, plan: RequestPlan, kind: 'manifests' | 'blobs'): Promise<Outcome> {
  const bare = await startBare(kind, COMMON);
  const davit = await startDavit({ dataDir: bench.dataOf(COMMON).directory });
  await expectSameAnswers(davit, bare, plan);
  const outcome = await comparePairs(
    bench,
    { name: 'davit', server: davit, plan },
    { name: 'bare node:http', server: bare, plan },
  );
  await Promise.all([bare.stop(), davit.stop()]);
  return outcome;
}

export const redirectScenarios: Scenario[] = [
  {
    name: 'tag',
    title: 'redirect of a manifest by tag',
    goal: GOAL,
    run: (bench) => compareWithBare(bench, planManifests(COMMON, 'tag'), 'manifests'),
  },
  {
    name: 'digest',
    title: 'redirect of a manifest by digest',
    goal: GOAL,
    run: (bench) => compareWithBare(bench, planManifests(COMMON, 'digest'), 'manifests'),
  },
  {
    name: 'blob',
    title: 'redirect of a blob',
    goal: GOAL,
    run: (bench) => compareWithBare(bench, planBlobs(COMMON), 'blobs'),
  },
  {
    name: 'not-found',
    title: '404 that makes a client fall back to v1',
    goal: GOAL,
    run: (bench) => compareWithBare(bench, planMissing(COMMON), 'manifests'),
  },
];
