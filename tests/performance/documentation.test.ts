/** docs/performance.md describes the scenarios of the benchmark, with their goals, in their order. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeGoal } from '../../scripts/bench/report';
import { scenarios } from '../../scripts/bench/scenarios';

const document = readFileSync(join(__dirname, '../../docs/performance.md'), 'utf8');

const rowsBelow = (heading: string): string[][] => {
  const section = document.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? '';
  const lines = section.split('\n').filter((line) => line.startsWith('| '));
  return lines.slice(2).map((line) =>
    line
      .slice(1, -1)
      .split(' | ')
      .map((cell) => cell.trim().replaceAll('`', '')),
  );
};

it('the scenarios and their goals', () => {
  const described = rowsBelow('Scenarios').map(([name, , goal]) => [name, goal]);
  expect(described).toEqual(scenarios.map(({ name, goal }) => [name, describeGoal(goal)]));
});

it('a result of every scenario, none of them skipped', () => {
  const rows = rowsBelow('Results');
  expect(rows.map(([name]) => name)).toEqual(scenarios.map(({ name }) => name));
  expect(rows.map((row) => row.at(-1)).filter((verdict) => !/^(reached|missed|told)/.test(verdict ?? ''))).toEqual([]);
});
