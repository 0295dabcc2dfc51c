/** What jest does once before a run of tests, and refuses to begin without. jest has room for one such file. */
import { join } from 'node:path';
import { claimPorts } from './claim-ports';
import { checkPacking } from './current-packing';
import { projectRoot } from './project-root';

/** What jest calls. */
export default async function beforeAll({ maxWorkers }: { maxWorkers: number }): Promise<void> {
  checkPacking(join(projectRoot(), 'app/redirects'));
  await claimPorts(maxWorkers);
}
