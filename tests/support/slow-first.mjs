/**
 * The suites that take longest come first: one that begins when all others are done leaves the other processors idle. jest orders
 * by size where it has not measured yet, but what is small here may start three servers.
 */
import TestSequencer from '@jest/test-sequencer';

/** From the slowest on. */
const SLOW = [/store\/redis\/redis-index/, /\/faults\//, /\/soak\//, /\/store\/redis\//];

const rankOf = ({ path }) => {
  const rank = SLOW.findIndex((pattern) => pattern.test(path));
  return rank < 0 ? SLOW.length : rank;
};

export default class SlowFirst extends TestSequencer {
  async sort(tests) {
    return [...(await super.sort(tests))].sort((a, b) => rankOf(a) - rankOf(b));
  }
}
