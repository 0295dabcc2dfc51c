/**
 * Asks an index in Redis without a server around it and without a cache, with as many lookups under way as the load has connections.
 *     node build/scripts/bench/redis-lookups.js PORT PID SECONDS
 * The port and the process of Redis. Prints a LookupRun. A lookup that finds nothing ends it with an error.
 */
import { openRedisIndex } from '../../app/store/redis/open-index';
import { until } from '../../tests/support/until';
import { COMMON, nameOf, referenceOf } from './data-sets';
import { CONNECTIONS } from './load';
import { readProcessorTime } from './process-facts';

/** Coprime to the number of references. */
const STRIDE = 7_368_787;
const WARM_UP_SECONDS = 1;

export interface LookupRun {
  lookups: number;
  seconds: number;
  /** Processor time for one lookup, here and in Redis. */
  ownMicroseconds: number;
  redisMicroseconds: number;
}

async function measure(port: number, redisPid: number, seconds: number): Promise<LookupRun> {
  const opened = openRedisIndex(
    { kind: 'single', nodes: [{ host: '127.0.0.1', port }], usesTls: false },
    { prefix: 'davit', lookupTimeoutMs: 500, cacheEntries: 0, onChange: () => undefined, onFault: () => undefined },
  );
  await until('an index in Redis', () => opened.status.state === 'ok');
  const total = COMMON.repositories * COMMON.references;
  let lookups = 0;
  let endsAt = performance.now() + WARM_UP_SECONDS * 1000;
  const askOn = async (): Promise<void> => {
    while (performance.now() < endsAt) {
      const at = (lookups++ * STRIDE) % total;
      const repository = Math.floor(at / COMMON.references);
      const { text } = referenceOf(repository, at % COMMON.references);
      const { published } = await opened.index.find(nameOf(repository), text);
      if (!published) throw new Error(`not found: ${nameOf(repository)} ${text}`);
    }
  };
  const askAll = (): Promise<unknown> => Promise.all(Array.from({ length: CONNECTIONS }, askOn));
  await askAll();
  lookups = 0;
  const times = (): number[] => [process.pid, redisPid].map(readProcessorTime);
  const before = times();
  const startedAt = performance.now();
  endsAt = startedAt + seconds * 1000;
  await askAll();
  const passedSeconds = (performance.now() - startedAt) / 1000;
  const [ownMicroseconds = 0, redisMicroseconds = 0] = times().map((time, at) => (time - (before[at] ?? 0)) / lookups);
  opened.close();
  return { lookups, seconds: passedSeconds, ownMicroseconds, redisMicroseconds };
}

const [port = 0, pid = 0, seconds = 0] = process.argv.slice(2).map(Number);
void measure(port, pid, seconds).then((run) => process.stdout.write(JSON.stringify(run)));
