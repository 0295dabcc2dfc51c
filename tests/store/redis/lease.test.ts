/** The lease of the one writer: taken, kept, lost and given back, by tokens that only grow. */
import { createKeys } from '../../../app/store/redis/keys';
import { createLease, type Lease } from '../../../app/store/redis/lease';
import { startRedis, type RedisServer } from '../../support/redis';
import { until } from '../../support/until';
import { awaitConnection, connectTo } from './clients';

const keys = createKeys('davit');
let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());
beforeEach(() => redis.run('FLUSHALL'));

async function openLease(writer: string): Promise<Lease> {
  const { client } = connectTo(redis.url);
  await awaitConnection(client);
  return createLease(client, keys, writer);
}

it('is held by one writer, until it is given back', async () => {
  const [one, two] = [await openLease('one'), await openLease('two')];
  const token = await one.take();

  expect(token).toBeGreaterThan(0);
  expect([await two.take(), await two.renew()]).toEqual([undefined, false]);
  expect(await redis.run('GET', keys.leaseHolder)).toBe('one');
  // Of somebody else.
  await two.release();
  expect(await one.renew()).toBe(true);
  await one.release();
  expect(await two.take()).toBeGreaterThan(token as number);
  expect(await one.renew()).toBe(false);
});

it('has a larger token each time, for the same writer and after Redis has lost everything', async () => {
  const lease = await openLease('one');
  const tokens = [await lease.take(), await lease.take()];
  await redis.run('FLUSHALL');
  expect(await lease.renew()).toBe(false);
  tokens.push(await lease.take());

  expect(tokens).toEqual([...tokens].sort((a, b) => Number(a) - Number(b)));
  expect(new Set(tokens).size).toBe(3);
});

it('has a larger token than the last one, even if the clock of Redis has been turned back', async () => {
  const last = Date.now() + 1e9;
  await redis.run('SET', keys.leaseToken, String(last));

  expect(await (await openLease('one')).take()).toBe(last + 1);
});

it('is lost to another writer when it is not renewed', async () => {
  const [one, two] = [await openLease('one'), await openLease('two')];
  await one.take();
  expect(Number(await redis.run('PTTL', keys.leaseHolder))).toBeGreaterThan(0);
  await redis.run('PEXPIRE', keys.leaseHolder, '30');

  await until('another writer takes it', async () => (await two.take()) !== undefined);
  expect(await one.renew()).toBe(false);
});
