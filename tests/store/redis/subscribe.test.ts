/** Listening to channels of a real server, of the master that sentinels name, and of a cluster. */
import { bestRound } from '../../support/best-round';
import { startRedis } from '../../support/redis';
import { startRedisCluster } from '../../support/redis-cluster';
import { startSentinel } from '../../support/redis-sentinel';
import { until } from '../../support/until';
import { endLater, listenTo, type Listening } from './clients';

/** After a loss everything is heard again so soon. */
const BACK_MS = 2000;

const countOf = (heard: string[], word: string): number => heard.filter((one) => one === word).length;

const awaitWord = (heard: string[], word: string, times = 1): Promise<number> =>
  until(`heard ${word} ${times} times`, () => countOf(heard, word) >= times);

describe('createSubscriber', () => {
  it('hears what is published, and says from when to when', async () => {
    const redis = await startRedis({ password: 'p' });
    endLater(() => redis.stop());
    const { heard } = listenTo(redis.url);
    await awaitWord(heard, 'listening');
    await redis.run('PUBLISH', 'news', 'one');
    await redis.run('PUBLISH', 'other', 'two');
    await redis.run('PUBLISH', 'more', 'three');
    await awaitWord(heard, 'more: three');
    expect(heard).toEqual(['listening', 'news: one', 'more: three']);

    const backMs = await bestRound(BACK_MS, async () => {
      heard.length = 0;
      await redis.kill();
      await awaitWord(heard, 'lost');
      await redis.restart();
      const tookMs = await awaitWord(heard, 'listening');
      await redis.run('PUBLISH', 'news', 'four');
      await awaitWord(heard, 'news: four');
      expect(heard).toEqual(['lost', 'listening', 'news: four']);
      return tookMs;
    });
    expect(backMs).toBeLessThan(BACK_MS);
  });

  it('notices that a silent server is not heard any more', async () => {
    const redis = await startRedis();
    endLater(() => redis.stop());
    const { heard } = listenTo(redis.url, { commandTimeoutMs: 1000 });
    await awaitWord(heard, 'listening');
    const backMs = await bestRound(BACK_MS, async () => {
      const lost = countOf(heard, 'lost');
      redis.pause();
      await awaitWord(heard, 'lost', lost + 1);
      const listening = countOf(heard, 'listening');
      redis.resume();
      return awaitWord(heard, 'listening', listening + 1);
    });
    expect(backMs).toBeLessThan(BACK_MS);
  });

  it('stays on when it is closed, and not a moment longer', async () => {
    const redis = await startRedis();
    endLater(() => redis.stop());
    const { subscriber, heard } = listenTo(redis.url);
    await awaitWord(heard, 'listening');
    subscriber.close();
    await awaitWord(heard, 'lost');
    await until('Redis has nobody to send to', async () => (await redis.run('PUBLISH', 'news', 'one')) === '0');
    expect(heard).toEqual(['listening', 'lost']);
  });

  it('follows a failover of sentinels', async () => {
    const sentinel = await startSentinel();
    endLater(() => sentinel.stop());
    const { heard } = listenTo(sentinel.url);
    await awaitWord(heard, 'listening');
    await sentinel.failover();
    // What is published between the first channel and the last is heard already.
    await awaitWord(heard, 'listening', 2);
    expect(await sentinel.replica.run('PUBLISH', 'news', 'one')).toBe('1');
    await awaitWord(heard, 'news: one');
    expect(heard).toEqual(['listening', 'lost', 'listening', 'news: one']);
  });

  it('hears a whole cluster, and goes to another node when its own is killed', async () => {
    const cluster = await startRedisCluster();
    endLater(() => cluster.stop());
    // More than there are nodes: at least two of them listen to the same one.
    const all: Listening[] = Array.from({ length: 4 }, () => listenTo(cluster.url));
    for (const { heard } of all) await awaitWord(heard, 'listening');
    for (const master of cluster.masters) {
      // Nodes that agree on all slots may not all be connected yet.
      const isHeard = async (): Promise<boolean> => {
        await master.run('PUBLISH', 'news', String(master.port));
        return all.every(({ heard }) => heard.includes(`news: ${master.port}`));
      };
      await until('all hear the node', isHeard);
    }
    const counts = await Promise.all(cluster.masters.map((master) => master.run('PUBSUB', 'NUMSUB', 'news')));
    const listeners = counts.map((count) => Number(count.replace('news\n', '')));
    const used = listeners.findIndex((count) => count > 0);
    await cluster.masters[used]?.kill();
    const rest = cluster.masters.find((_master, position) => position !== used);
    const isHeardByAll = async (): Promise<boolean> => {
      await rest?.run('PUBLISH', 'more', 'still');
      return all.every(({ heard }) => heard.includes('more: still'));
    };
    await until('all hear the rest', isHeardByAll);
    // A busy machine may lose a connection more.
    const lost = all.filter(({ heard }) => heard.includes('lost'));
    expect(lost.length).toBeGreaterThanOrEqual(listeners[used] ?? Infinity);
  });
});
