/** V8 heeds how far its heaps may grow, whatever it would think itself. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { projectRoot } from '../support/project-root';

const PROGRAM = `
  const { letHeapsGrow } = require(process.argv[1]);
  if (process.argv[2] === 'grow') letHeapsGrow();
  const kept = Array.from({ length: 200_000 }, (_, number) => ({ number }));
  gc();
  console.log(kept.length);
`;

/** By how much a heap may grow, as V8 prints it: 1 is all of it. */
function growthOf(how: 'grow' | 'as ever'): number {
  const args = ['--expose-gc', '--trace-gc-verbose', '-e', PROGRAM, join(projectRoot(), 'dist/load/garbage.js'), how];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  expect(stderr).toBe('');
  const [, factor] = /\[HeapController\] Limit: .* \(([\d.]+)\)/.exec(stdout) ?? [];
  return Number(factor) - 1;
}

it('a heap may grow by one and a half times its size', () => {
  expect(growthOf('grow')).toBeCloseTo(1.5);
  expect(growthOf('as ever')).not.toBeCloseTo(1.5);
});
