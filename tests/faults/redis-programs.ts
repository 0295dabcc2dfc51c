/**
 * Programs that share an index in a Redis, as their operators start them: `davit index`, `davit serve` without a data directory, and
 * `davit serve` with one. What a test has started is ended with it.
 */
import { startDavit, type CraneConf, type Davit } from '../support/davit';
import { request } from '../support/http';
import { saidOf } from '../support/log-lines';
import { until } from '../support/until';
import { PATIENT } from './patient';
import type { Published } from './published';
import { SteadyRequests } from './steady-requests';

const davits = new Set<Davit>();
const streams = new Set<SteadyRequests>();

afterEach(async () => {
  await Promise.all([...streams].map((stream) => stream.stop()));
  // A process that was stopped does not see SIGTERM.
  for (const davit of davits) davit.signal('SIGCONT');
  await Promise.all([...davits].map((davit) => davit.stop()));
  streams.clear();
  davits.clear();
});

/** As `/readyz` tells it. */
export type WritingState = 'waiting' | 'filling' | 'current' | 'faulty';

/** `davit index`; ready when it has read the directory. */
export function startWriter(url: string, dataDir: string): Promise<Davit> {
  return start({ command: 'index', config: { general: { data_dir: dataDir }, redis: { url } } });
}

/** Answers from memory, and writes. */
export function startWritingFront(url: string, dataDir: string): Promise<Davit> {
  return start({ config: { general: { data_dir: dataDir }, redis: { url } } });
}

/** Only reads; ready when Redis holds a complete index. */
export function startFront(url: string, redis: CraneConf[string] = {}): Promise<Davit> {
  return start({ config: { redis: { ...PATIENT, ...redis, url } } });
}

export function startSteadyRequests(davit: Davit, published: Published, connections?: number): SteadyRequests {
  const stream = new SteadyRequests(davit.url, published.elsewhere(), connections);
  streams.add(stream);
  return stream;
}

/** Resolves to the time that it took, in milliseconds. */
export const writes = (davit: Davit, state: WritingState, timeoutMs = 60_000): Promise<number> =>
  until(`the writer is ${state}`, async () => (await readWriting(davit)).state === state, { timeoutMs });

export async function readWriting(davit: Davit): Promise<{ state: WritingState; reason: string }> {
  const { body } = await request(davit.url, { path: '/readyz' });
  const { redis } = JSON.parse(body.toString()) as { redis: { writing: { state: WritingState; reason: string } } };
  return redis.writing;
}

/** So often it has been told that Redis holds all that is published. */
export const countCurrent = (davit: Davit): number => saidOf(davit, 'the index in Redis is current').length;

/** Why it could not write, as it logged. */
export const reasonsOf = (davit: Davit): string[] =>
  saidOf(davit, 'the index in Redis cannot be written').map(({ reason }) => String(reason));

/** By what it wrote, or by its lease. */
export const ANOTHER_WRITER = /^another writer has taken over$|^the lease was lost to another writer/;

const UNAVAILABLE = /was never published: 503 (\(Retry-After: \d+\) )?{"errors":\[{"code":"UNAVAILABLE"/;
const WENT_BACK = /went back from version/;

/** What is wrong although Redis had lost what is there: no knowledge is right then, and so is an earlier version. */
export const wrongWhileLost = ({ wrong }: SteadyRequests): string[] =>
  wrongWhileAway({ wrong }).filter((what) => !WENT_BACK.test(what));

/** What is wrong although there was no Redis: no knowledge is right then. */
export const wrongWhileAway = ({ wrong }: Pick<SteadyRequests, 'wrong'>): string[] =>
  wrong.map(({ what }) => what).filter((what) => !UNAVAILABLE.test(what));

async function start(options: Parameters<typeof startDavit>[0]): Promise<Davit> {
  const davit = await startDavit(options);
  davits.add(davit);
  return davit;
}
