/** Connecting to a real cluster, and to the master that real sentinels name. */
import type { RedisClient } from '../../../app/store/redis/connect';
import { bestRound } from '../../support/best-round';
import { startRedisCluster } from '../../support/redis-cluster';
import { startSentinel } from '../../support/redis-sentinel';
import { until } from '../../support/until';
import { awaitConnection, connectTo, endLater, faultOf } from './clients';

jest.setTimeout(240_000);

/** After a failover, or when all nodes are there again, it is back so soon. */
const BACK_MS = 2000;

/** Enough for every third of the slots. */
const keys = Array.from({ length: 30 }, (_, n) => `key-${n}`);

const answersAll = async (client: RedisClient): Promise<boolean> =>
  (await Promise.allSettled(keys.map((key) => client.set(key, key)))).every(({ status }) => status === 'fulfilled');

describe('sentinels', () => {
  it('name the master, and the next one after a failover', async () => {
    const backMs = await bestRound(BACK_MS, async () => {
      const sentinel = await startSentinel({ password: 'p' });
      endLater(() => sentinel.stop());
      const { client } = connectTo(`${sentinel.url}/1`);
      await awaitConnection(client);
      expect(await client.set('a', '1')).toBe('OK');
      await sentinel.failover();
      const isWritten = async (): Promise<boolean> => {
        await client.set('b', '2').catch(() => undefined);
        return (await sentinel.replica.run('-n', '1', 'GET', 'b')) === '2';
      };
      return until('the new master gets what is written', isWritten);
    });
    expect(backMs).toBeLessThan(BACK_MS);
  });

  it('name another master when the first one was killed', async () => {
    const backMs = await bestRound(BACK_MS, async () => {
      const sentinel = await startSentinel({ sentinels: 3 });
      endLater(() => sentinel.stop());
      const { client } = connectTo(sentinel.url);
      await awaitConnection(client);
      await sentinel.killMaster();
      const isWritten = (): Promise<boolean> =>
        client.set('a', '1').then(
          () => true,
          () => false,
        );
      return until('the new master is written to', isWritten);
    });
    expect(backMs).toBeLessThan(BACK_MS);
  });

  it('that do not know the name are a fault, and so is none', async () => {
    const sentinel = await startSentinel();
    endLater(() => sentinel.stop());
    const wrongName = connectTo(`redis-sentinel://127.0.0.1:${sentinel.ports[0]}/other`);
    const nobody = connectTo('redis-sentinel://127.0.0.1:1/davit-master');
    await until('both are told', () => [wrongName, nobody].every(({ faults }) => faults.length > 0));
    expect(wrongName.faults[0]).toBe('no sentinel can be reached, or none knows the master');
    expect(nobody.faults[0]).toBe('no sentinel can be reached, or none knows the master');
  });
});

describe('a cluster', () => {
  it('is asked at the right node, from the first moment on', async () => {
    const cluster = await startRedisCluster({ password: 'p' });
    endLater(() => cluster.stop());
    const { client, faults } = connectTo(cluster.url);
    expect(await faultOf(client.get('a'))).toBe('there is no connection to Redis');
    await awaitConnection(client);
    expect(await Promise.all(keys.map((key) => client.set(key, key)))).toEqual(keys.map(() => 'OK'));
    expect(await Promise.all(keys.map((key) => client.get(key)))).toEqual(keys);
    expect(faults).toEqual([]);
  });

  it('is back within two seconds after a node and after all were killed', async () => {
    const cluster = await startRedisCluster();
    endLater(() => cluster.stop());
    const { client } = connectTo(cluster.url);
    await awaitConnection(client);
    const answersAllNow = (): Promise<boolean> => answersAll(client);
    await until('all are answered', answersAllNow);

    const isWhole = async (): Promise<boolean> =>
      (await Promise.all(cluster.masters.map((master) => master.run('CLUSTER', 'INFO')))).every((info) =>
        info.includes('cluster_state:ok'),
      );
    for (const killed of [cluster.masters.slice(0, 1), cluster.masters]) {
      const backMs = await bestRound(BACK_MS, async () => {
        await Promise.all(killed.map((master) => master.kill()));
        await until('some are refused', async () => !(await answersAllNow()));
        await Promise.all(killed.map((master) => master.restart()));
        await until('the cluster is whole', isWhole);
        return until('all are answered', answersAllNow);
      });
      expect(backMs).toBeLessThan(BACK_MS);
    }
  });

  it('goes on at the replica of a master that is gone', async () => {
    const backMs = await bestRound(BACK_MS, async () => {
      const cluster = await startRedisCluster({ hasReplica: true });
      endLater(() => cluster.stop());
      const { client } = connectTo(cluster.url);
      await awaitConnection(client);
      await cluster.masters[0].kill();
      const isMaster = async (): Promise<boolean> => ((await cluster.replica?.run('ROLE')) ?? '').startsWith('master');
      await until('the replica is a master', isMaster);
      return until('all are answered', () => answersAll(client));
    });
    expect(backMs).toBeLessThan(BACK_MS);
  });

  it('that is not there is a fault, again and again', async () => {
    const { faults } = connectTo('redis-cluster://127.0.0.1:1');
    await until('it was told twice', () => faults.length > 1);
    expect(faults[0]).toBe('there is no connection to the Redis node: it was closed, or could not be made');
    expect(faults[1]).toBe(`no node of the Redis cluster can be reached: ${faults[0]}`);
  });
});
