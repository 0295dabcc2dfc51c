/** The gate in front of Redis: who asks learns within the time that there is no answer, and a Redis that is stuck is left alone. */
import { LookupGate } from '../../../app/store/redis/lookup-gate';
import { IndexUnavailable } from '../../../app/store/index-unavailable';
import { bestRound } from '../../support/best-round';
import { startRedis, type RedisServer } from '../../support/redis';
import { until } from '../../support/until';
import { awaitConnection, connectTo, endLater } from './clients';
import { PATIENT_MS } from './patient';

/** What is never answered is given up soon; what is answered may be late. */
const TIMEOUT_MS = 40;
/** What a machine may be late on top of that, which is busy with other things. */
const LATE_MS = 500;
let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());

async function openGate(
  timeoutMs = TIMEOUT_MS,
): Promise<{ gate: LookupGate; faults: string[]; ping: () => Promise<string> }> {
  // A connection that waits longer than the gate: what is late is told by the gate.
  const { client } = connectTo(redis.url, {}, { commandTimeoutMs: PATIENT_MS });
  const faults: string[] = [];
  const gate = new LookupGate({ client, timeoutMs, onFault: ({ message }) => faults.push(message) });
  endLater(() => gate.close());
  await awaitConnection(client);
  return { gate, faults, ping: () => client.ping() };
}

const never = (): Promise<never> => new Promise(() => undefined);

it('passes answers on', async () => {
  const { gate, faults, ping } = await openGate(PATIENT_MS);

  expect(await gate.ask(ping)).toBe('PONG');
  expect(faults).toEqual([]);
});

it('waits for the time that is configured, and tells why there is no answer', async () => {
  const { gate, faults } = await openGate();
  const tookMs = await bestRound(TIMEOUT_MS + LATE_MS, async () => {
    const startedAt = performance.now();
    await expect(gate.ask(never)).rejects.toThrow(IndexUnavailable);
    return performance.now() - startedAt;
  });

  // Timers are a millisecond early at most.
  expect(tookMs).toBeGreaterThanOrEqual(TIMEOUT_MS - 1);
  expect(tookMs).toBeLessThan(TIMEOUT_MS + LATE_MS);
  expect(new Set(faults)).toEqual(new Set([`no answer within ${TIMEOUT_MS} ms`]));
});

it('tells what Redis refuses', async () => {
  const { gate, faults } = await openGate();

  await expect(gate.ask(() => Promise.reject(new Error('OOM')))).rejects.toMatchObject({ cause: { message: 'OOM' } });
  expect([faults, gate.isStuck]).toEqual([['OOM'], false]);
});

it('asks nothing more of a Redis that is stuck, until it answers again', async () => {
  const { gate, ping } = await openGate();
  redis.pause();
  try {
    await Promise.allSettled(Array.from({ length: 10 }, () => gate.ask(ping)));

    expect(gate.isStuck).toBe(true);
    const asked = jest.fn(never);
    await expect(gate.ask(asked)).rejects.toThrow('Redis does not answer');
    expect(asked).not.toHaveBeenCalled();
  } finally {
    redis.resume();
  }

  await until('it is asked again', () => !gate.isStuck);
  const isAnswered = (): Promise<boolean> =>
    gate.ask(ping).then(
      (answer) => answer === 'PONG',
      () => false,
    );
  await until('it answers in time', isAnswered);
});

it('is not stuck for as long as some answers come', async () => {
  const { gate } = await openGate();
  for (let turn = 0; turn < 3; turn++) {
    await Promise.allSettled(Array.from({ length: 9 }, () => gate.ask(never)));
    await gate.ask(() => Promise.resolve());
  }

  expect(gate.isStuck).toBe(false);
});

it('takes ten thousand at once, and no more', async () => {
  const { gate, ping } = await openGate(PATIENT_MS);
  let answer = (): void => undefined;
  const open = new Promise<void>((resolve) => (answer = resolve));
  const first = Array.from({ length: 10_000 }, () => gate.ask(() => open));
  const oneMore = gate.ask(ping);
  answer();

  await expect(oneMore).rejects.toThrow('Redis does not answer');
  await Promise.all(first);
  expect(await gate.ask(ping)).toBe('PONG');
});

it('asks nothing while there is no connection', async () => {
  const { client } = connectTo('redis://127.0.0.1:1');
  const gate = new LookupGate({ client, timeoutMs: TIMEOUT_MS, onFault: () => undefined });

  await expect(gate.ask(never)).rejects.toThrow('Redis is out of reach');
});
