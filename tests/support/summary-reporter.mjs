/**
 * Ends jest's output with one plain line for people and programs that look for one, such as:
 *     412 passed, 0 failed
 * A test file that cannot be run at all counts as one failure.
 */
import { writeSync } from 'node:fs';
import process from 'node:process';

export default class SummaryReporter {
  onRunComplete(_contexts, { numPassedTests, numFailedTests, numRuntimeErrorTestSuites, numPendingTests }) {
    const skipped = numPendingTests > 0 ? `, ${numPendingTests} skipped` : '';
    const line = `${numPassedTests} passed, ${numFailedTests + numRuntimeErrorTestSuites} failed${skipped}\n`;
    // jest always puts its own summary behind every reporter's output.
    process.once('exit', () => writeSync(process.stdout.fd, line));
  }
}
