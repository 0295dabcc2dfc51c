/** A thread of low priority lets go of its processor again and again; any other one is not held up. */
import { Worker } from 'node:worker_threads';
import { join } from 'node:path';
import { readingThreadFile } from './loading';

const moduleFile = join(readingThreadFile, '..', 'lower-priority.js');

const WORK_MS = 100;

/** Works in a thread of its own, and resolves to how often it let go of the processor by itself. */
async function countRests(beginning: string): Promise<number> {
  const worker = new Worker(
    `const { readFileSync } = require('node:fs');
    const { giveWay, lowerPriorityOfThisThread } = require(${JSON.stringify(moduleFile)});
    const countSwitches = () => Number(/^voluntary_ctxt_switches:\\s*(\\d+)/m.exec(readFileSync('/proc/thread-self/status', 'latin1'))[1]);
    ${beginning}
    const before = countSwitches();
    const endMs = performance.now() + ${WORK_MS};
    while (performance.now() < endMs) giveWay();
    require('node:worker_threads').parentPort.postMessage(countSwitches() - before);`,
    { eval: true },
  );
  return new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
}

it('of low priority: it rests', async () => {
  expect(await countRests('lowerPriorityOfThisThread();')).toBeGreaterThan(20);
});

it('of usual priority: it does not', async () => {
  expect(await countRests('')).toBeLessThan(10);
});
