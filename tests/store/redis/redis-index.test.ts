/** The index in Redis keeps the contract of every index, whatever way leads to Redis. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RedisSettings } from '../../../app/store/redis/connect';
import { createCertificate } from '../../support/certificate';
import { startRedis } from '../../support/redis';
import { startRedisCluster } from '../../support/redis-cluster';
import { describeIndex, type Part } from '../index-contract';
import { settingsOf } from './settings-of';
import type { WholeIndex } from '../tried-index';
import { openPair, type Pair } from './whole-index';

interface Place {
  settings: RedisSettings;
  stop: () => Promise<void>;
}

/** Behind TLS is the same Redis: what is large, and what is in many steps, may come another way. */
const BY_TLS: readonly Part[] = ['images', 'lists'];

const places: [title: string, open: () => Promise<Place>, only?: readonly Part[]][] = [
  [
    'an index in Redis',
    async () => {
      const server = await startRedis();
      return { settings: settingsOf(server.url), stop: () => server.stop() };
    },
  ],
  [
    'an index in Redis by TLS, with a password',
    async () => {
      const folder = await mkdtemp(join(tmpdir(), 'davit-redis-tls-'));
      const tls = await createCertificate(folder);
      const server = await startRedis({ tls, password: 'p@ss:word' });
      return {
        settings: settingsOf(server.url, { tlsCa: await readFile(tls.certificateFile, 'utf8') }),
        stop: async () => {
          await server.stop();
          await rm(folder, { recursive: true });
        },
      };
    },
    BY_TLS,
  ],
  [
    'an index in a Redis cluster',
    async () => {
      const cluster = await startRedisCluster();
      return { settings: settingsOf(cluster.url), stop: () => cluster.stop() };
    },
  ],
];

describe.each(places)('%s', (_title, start, only) => {
  let place: Place;
  const pairs: Pair[] = [];
  beforeAll(async () => {
    place = await start();
  });
  const closeAll = async (): Promise<void> => {
    await Promise.all(pairs.splice(0).map(({ close }) => close()));
  };
  afterEach(closeAll);
  afterAll(() => place.stop());

  let number = 0;
  const open = async (): Promise<WholeIndex> => {
    // One at a time is asked; each that is left open looks at all its partitions again and again.
    await closeAll();
    const pair = await openPair(place.settings, { prefix: `test${number++}` });
    pairs.push(pair);
    return pair.index;
  };
  describeIndex('keeps the contract', open, { runs: 3, ...(only && { only }) });
});
