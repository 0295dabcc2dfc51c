/** The Redis servers that other tests are built on. */
import { createCertificate } from './certificate';
import { acceptsConnections } from './ports';
import { startRedis, type RedisServer, type RedisServerOptions } from './redis';
import { startRedisCluster } from './redis-cluster';
import { startSentinel } from './redis-sentinel';
import { createTemporaryDirectory } from './temporary-directory';
import { until } from './until';

jest.setTimeout(120_000);

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function start(options?: RedisServerOptions): Promise<RedisServer> {
  const redis = await startRedis(options);
  stops.push(() => redis.stop());
  return redis;
}

describe('startRedis', () => {
  it('answers, and forgets everything when it is started again on its port', async () => {
    const redis = await start();
    await redis.run('SET', 'a', '1');
    expect(await redis.run('GET', 'a')).toBe('1');
    await redis.restart();
    expect(await redis.run('GET', 'a')).toBe('');
    await redis.kill();
    expect(await acceptsConnections(redis.port)).toBe(false);
    await redis.restart();
    expect(await redis.run('PING')).toBe('PONG');
    expect(redis.url).toBe(`redis://127.0.0.1:${redis.port}`);
  });

  it('is frozen and goes on', async () => {
    const redis = await start();
    redis.pause();
    const answer = { isThere: false };
    const pong = redis.run('PING').finally(() => (answer.isThere = true));
    expect(await acceptsConnections(redis.port)).toBe(true);
    expect(answer.isThere).toBe(false);
    redis.resume();
    expect(await pong).toBe('PONG');
  });

  it('ends although it is frozen', async () => {
    const redis = await start();
    redis.pause();
    await redis.stop();
    expect(await acceptsConnections(redis.port)).toBe(false);
  });

  it('asks for a password', async () => {
    const redis = await start({ password: 'a b' });
    expect(await redis.run('PING')).toBe('PONG');
    await expect(redis.run('-a', 'wrong', 'PING')).rejects.toThrow('WRONGPASS');
    expect(redis.url).toBe(`redis://:a%20b@127.0.0.1:${redis.port}`);
  });

  it('knows a single user', async () => {
    const redis = await start({ user: { name: 'davit', password: 'p' } });
    expect(await redis.run('ACL', 'WHOAMI')).toBe('davit');
    expect(await redis.run('ACL', 'LIST')).toMatch(/^user default off /m);
    expect(redis.url).toBe(`redis://davit:p@127.0.0.1:${redis.port}`);
  });

  it('speaks TLS', async () => {
    const redis = await start({ tls: await createCertificate(createTemporaryDirectory()) });
    expect(await redis.run('PING')).toBe('PONG');
    expect(redis.url).toBe(`rediss://127.0.0.1:${redis.port}`);
  });

  it('takes what else its command line allows', async () => {
    const redis = await start({ args: ['--maxmemory', '3mb'] });
    expect(await redis.run('CONFIG', 'GET', 'maxmemory')).toBe('maxmemory\n3145728');
  });

  it('says what is wrong when it cannot start', async () => {
    await expect(startRedis({ args: ['--maxmemory', 'much'] })).rejects.toThrow(
      /Redis ended before it was ready[^]*maxmemory/,
    );
  });
});

describe('startRedisCluster', () => {
  it('has three masters that send clients to one another', async () => {
    const cluster = await startRedisCluster();
    stops.push(() => cluster.stop());
    const answers = await Promise.allSettled(cluster.masters.map((master) => master.run('SET', 'a', '1')));
    const refusals = answers.flatMap((answer) => (answer.status === 'rejected' ? [String(answer.reason)] : []));
    expect(refusals).toEqual([expect.stringContaining('MOVED'), expect.stringContaining('MOVED')]);
    expect(cluster.url).toMatch(/^redis-cluster:\/\/127\.0\.0\.1:\d+,127\.0\.0\.1:\d+,127\.0\.0\.1:\d+$/);
  });

  it('has a replica that takes the place of its master', async () => {
    const cluster = await startRedisCluster({ hasReplica: true, password: 'p' });
    stops.push(() => cluster.stop());
    const [first] = cluster.masters;
    await first.kill();
    const isMaster = async (): Promise<boolean> => ((await cluster.replica?.run('ROLE')) ?? '').startsWith('master');
    await until('the replica is a master', isMaster, { timeoutMs: 60_000 });
    expect(cluster.url).toMatch(/^redis-cluster:\/\/:p@127\.0\.0\.1:/);
  });
});

describe('startSentinel', () => {
  it('swaps master and replica', async () => {
    const sentinel = await startSentinel({ password: 'p' });
    stops.push(() => sentinel.stop());
    expect(await sentinel.findMasterPort()).toBe(sentinel.master.port);
    await sentinel.master.run('SET', 'a', '1');
    await until('the replica has it', async () => (await sentinel.replica.run('GET', 'a')) === '1');
    await sentinel.failover();
    expect(await sentinel.replica.run('GET', 'a')).toBe('1');
    expect(await sentinel.replica.run('ROLE')).toMatch(/^master/);
    expect(sentinel.url).toBe(`redis-sentinel://:p@127.0.0.1:${sentinel.ports[0]}/${sentinel.masterName}`);
  });

  it('finds by itself that the master is dead', async () => {
    const sentinel = await startSentinel({ sentinels: 3 });
    stops.push(() => sentinel.stop());
    await sentinel.killMaster();
    expect(await sentinel.findMasterPort()).toBe(sentinel.replica.port);
  });
});
