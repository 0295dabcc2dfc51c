/** jest takes one file for what comes before a run, and says nothing of a second one. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import beforeRun from './before-all';
import { held } from './claim-ports';
import { CLAIMED_PLACES } from './ports';
import * as root from './project-root';
import { createTemporaryDirectory } from './temporary-directory';

const project = createTemporaryDirectory();
const redirects = join(project, 'app/redirects');

beforeEach(() => {
  mkdirSync(join(redirects, 'packing'), { recursive: true });
  for (const name of ['table-layout.ts', 'packing.wasm']) writeFileSync(join(redirects, name), '');
  utimesSync(join(redirects, 'table-layout.ts'), 1000, 1000);
  jest.spyOn(root, 'projectRoot').mockReturnValue(project);
  jest.replaceProperty(process, 'env', { ...process.env, [CLAIMED_PLACES]: 'none' });
});

afterEach(() => {
  jest.restoreAllMocks();
  for (const claim of held.splice(0)) claim.close();
});

it('is what jest is told to do before a run', () => {
  jest.restoreAllMocks();
  const config = join(root.projectRoot(), 'jest.config.mjs');
  const script = `import config from ${JSON.stringify(config)}; process.stdout.write(config.globalSetup);`;
  const setup = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  expect(setup.replace('<rootDir>', root.projectRoot())).toBe(join(__dirname, 'before-all.ts'));
});

it('gives the run its ports', async () => {
  await beforeRun({ maxWorkers: 1 });
  expect(process.env[CLAIMED_PLACES]).not.toBe('none');
});

it('refuses a module that is older than its sources', async () => {
  utimesSync(join(redirects, 'packing.wasm'), 999, 999);
  await expect(beforeRun({ maxWorkers: 1 })).rejects.toThrow('run npm run build');
});
