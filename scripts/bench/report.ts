/** The results as a table for people, and as JSON for programs. Pure. */
import { renderTable } from '../lab/markdown-table';
import type { Goal, Outcome, Scenario, Unit } from './scenario';
import { judge } from './scenario';

export interface Finding {
  scenario: Scenario;
  outcome: Outcome;
}

export interface Machine {
  node: string;
  processors: number;
  model: string;
  generator: string;
  isQuick: boolean;
  startedAt: string;
}

/**
 * Measured with the same load on a machine of two cores: Crane 3.3.1 under gunicorn, 2 processes of 4 threads, and a bare
 * node:http server, in requests a second.
 */
const CRANE = { rate: 6000, processes: 2, bareRate: 64_000 };

export const describeGoal = (goal: Goal): string =>
  goal.kind === 'none' ? 'none' : `${goal.kind === 'at least' ? '≥' : '≤'} ${goal.value} ${goal.unit}`;

export function printTable(findings: Finding[]): string {
  const rows = findings.map(({ scenario, outcome }) => {
    const { name, goal } = scenario;
    const goalText = describeGoal(goal);
    if (outcome.kind === 'not run') return [name, '', '', '', goalText, `not run: ${outcome.reason}`];
    const { davit, comparedWith, result, faults } = outcome;
    const range = `${format(result.median, goal.unit)} (${format(result.least, goal.unit)} to ${format(result.most, goal.unit)})`;
    return [name, davit, comparedWith, range, goalText, [judge(scenario, outcome), ...faults].join('; ')];
  });
  return renderTable([['scenario', 'davit', 'compared with', 'result (range)', 'goal', 'verdict'], ...rows]);
}

function format(value: number, unit: Unit): string {
  switch (unit) {
    case '×':
      return value.toFixed(2);
    case '/s':
      return `${Math.round(value).toLocaleString('en')}/s`;
    case 'ms':
    case 'bytes':
    case 'MB':
      return `${value.toFixed(1)} ${unit}`;
  }
}

/** Crane cannot be run here: its figure is carried over by the one of the bare server. */
export function compareWithCrane(findings: Finding[]): { total: number; eachProcess: number } | undefined {
  const tag = findings.find(({ scenario }) => scenario.name === 'tag')?.outcome;
  if (tag?.kind !== 'measured') return undefined;
  const total = (tag.result.median * CRANE.bareRate) / CRANE.rate;
  return { total, eachProcess: total * CRANE.processes };
}

export function printReport(machine: Machine, findings: Finding[]): string {
  const crane = compareWithCrane(findings);
  const { node, processors, model, generator, isQuick, startedAt } = machine;
  const lines = [
    printTable(findings),
    '',
    `Node.js ${node}, ${processors} × ${model}, ${generator}, ${startedAt}${isQuick ? ', quick' : ''}.`,
    'Rates are requests a second; µs is the processor time of the server for one request. Results are medians of ratios.',
  ];
  if (crane) {
    const { total, eachProcess } = crane;
    lines.push(
      `Crane 3.3.1 answers ${CRANE.rate.toLocaleString('en')}/s with ${CRANE.processes} processes where a bare server answers ` +
        `${CRANE.bareRate.toLocaleString('en')}/s: one davit is ${total.toFixed(1)} × that, ${eachProcess.toFixed(1)} × each of its processes.`,
    );
  }
  if (generator !== 'wrk') {
    lines.push(
      'Without wrk, the load generator is slower than the servers, and ratios are closer to 1 than they should be.',
    );
  }
  return lines.join('\n');
}

export function printJson(machine: Machine, findings: Finding[]): string {
  const results = findings.map(({ scenario, outcome }) => {
    const { name, title, goal } = scenario;
    return { name, title, goal, verdict: judge(scenario, outcome), ...outcome };
  });
  return `${JSON.stringify({ machine, crane: compareWithCrane(findings), results }, undefined, 2)}\n`;
}
