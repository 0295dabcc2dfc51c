/** A thread of low priority lets go of its processor again and again; any other one is not held up. */
import { Worker } from 'node:worker_threads';
import { join } from 'node:path';
import { readingThreadFile } from './loading';

const moduleFile = join(readingThreadFile, '..', 'lower-priority.js');

/** Of a processor's time: how long a thread that lets others go first needs for it is up to the others. */
const WORK_MS = 20;
/** It asks for the time once in so many pieces of work. */
const PIECES = 1000;

/** Works in a thread of its own, and resolves to how often it let go of the processor by itself. */
async function countRests(beginning: string): Promise<number> {
  const worker = new Worker(
    `const { readFileSync } = require('node:fs');
    const { giveWay, lowerPriorityOfThisThread } = require(${JSON.stringify(moduleFile)});
    const countSwitches = () => Number(/^voluntary_ctxt_switches:\\s*(\\d+)/m.exec(readFileSync('/proc/thread-self/status', 'latin1'))[1]);
    const readWorkMs = () => Number(readFileSync('/proc/thread-self/schedstat', 'latin1').split(' ')[0]) / 1e6;
    ${beginning}
    const before = countSwitches();
    const endMs = readWorkMs() + ${WORK_MS};
    while (readWorkMs() < endMs) for (let piece = 0; piece < ${PIECES}; piece++) giveWay();
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
