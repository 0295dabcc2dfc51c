/** Keys that somebody took away or wrote over: nothing that was published is ever not there, and all is written again. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createKeys, partitionOf } from '../../../app/store/redis/keys';
import { IndexUnavailable } from '../../../app/store/index-unavailable';
import { createDocument, imageId, parseRepository, type Version } from '../../redirects/documents';
import { startRedis, type RedisServer } from '../../support/redis';
import { until } from '../../support/until';
import { settingsOf } from './settings-of';
import { openPair, type Pair } from './whole-index';

const PREFIX = 'lost';
const NAME = 'demo/both';
/** More than the writer looks through in a second. */
const OTHERS = Array.from({ length: 1200 }, (_, number) => `other/${number}`);
const IMAGES = [1, 2].map(imageId);
const keys = createKeys(PREFIX);

let redis: RedisServer;
let pair: Pair;
beforeAll(async () => {
  redis = await startRedis();
  pair = await openPair(settingsOf(redis.url), { prefix: PREFIX });
  await put(4, NAME);
  await put(1, NAME, { images: IMAGES.map((id) => ({ id })), tags: { latest: imageId(1) } });
  for (const name of OTHERS) {
    await pair.memory.put(fileOf(4, name));
    // The lease is renewed meanwhile: elsewhere another thread reads files.
    await nextTurn();
  }
  await pair.mirror.settle();
});
afterAll(async () => {
  await pair.close();
  await redis.stop();
});

const fileOf = (version: Version, name: string, content = {}): Parameters<Pair['memory']['put']>[0] => ({
  file: `/${version}/${name}.json`,
  modifiedMs: 1000,
  repository: parseRepository(createDocument(version, { 'repo-registry-id': name, ...content })),
});
const put = async (version: Version, name: string, content = {}): Promise<void> => {
  await pair.index.put(fileOf(version, name, content));
};

const isFound = (name: string) => async (): Promise<boolean> => (await pair.index.find(name)).registry !== undefined;
const hasImages = async (): Promise<boolean> => {
  const { images, lists } = await pair.index.findImages(NAME);
  return images !== undefined && lists.ids.length === IMAGES.length;
};
const hasTags = async (): Promise<boolean> =>
  (await pair.index.findTags(NAME, { after: undefined, most: 10 })).tags.length > 0;
const isListed = (most: number) => async (): Promise<boolean> =>
  (await pair.index.listRegistries(undefined, most)).length === Math.min(most, OTHERS.length + 1);
const hasImageNames = async (): Promise<boolean> => (await pair.index.listImages(undefined, 10)).length === 1;

/** Resolves when the question is answered as it should be; fails when it is answered in any other way. */
const untilRight = (isRight: () => Promise<boolean>): Promise<number> =>
  until('all is there again', async () => {
    try {
      expect(await isRight()).toBe(true);
      return true;
    } catch (error) {
      if (!(error instanceof IndexUnavailable)) throw error;
      return false;
    }
  });

const LAST = OTHERS.at(-1) ?? '';
const DIGESTS = keys.digests(partitionOf(NAME));
const LISTS = [keys.catalogNames('2'), keys.catalogNames('1')];

const DELETED: [what: string, deleted: string[], isRight: () => Promise<boolean>][] = [
  ['v2 references', [keys.table('2', NAME)], isFound(NAME)],
  ['v1 images', [keys.table('1', NAME)], hasImages],
  ['tags', [keys.tags('2', NAME)], hasTags],
  ['digests, and the v2 references of one name', [DIGESTS, keys.table('2', NAME)], isFound(NAME)],
  ['digests, and the v1 images of one name', [DIGESTS, keys.table('1', NAME)], hasImages],
  ['names of the catalog', [keys.catalogNames('2')], isListed(3)],
  ['facts of the catalog', [keys.catalogFacts], isListed(3)],
  ['everything in the catalog', [keys.catalogFacts, ...LISTS], isListed(3)],
  ['everything in the catalog, asked for images', [keys.catalogFacts, ...LISTS], hasImageNames],
  ['references of the last of many', [keys.table('2', LAST)], isFound(LAST)],
];

beforeEach(() => void (pair.mended.length = 0));

it.each(DELETED)('%s that were deleted are written again, and never not there', async (_what, deleted, isRight) => {
  expect(await redis.run('DEL', ...deleted)).toBe(String(deleted.length));
  await untilRight(isRight);
  await until('the keys are back', async () => (await redis.run('EXISTS', ...deleted)) === String(deleted.length));
  await until('the writer is at rest', () => pair.states.at(-1) === 'current');
  expect(await isRight()).toBe(true);
  // What lost contents of a partition is compared as a whole.
  const isCompared = deleted.includes(DIGESTS) || deleted.includes(keys.catalogFacts);
  expect(pair.mended).toHaveLength(isCompared ? 0 : 1);
});

it.each([
  ['v2 references', keys.table('2', NAME), isFound(NAME)],
  ['v1 images', keys.table('1', NAME), hasImages],
  ['tags', keys.tags('2', NAME), hasTags],
])('%s that something else was written over', async (_what, key, isRight) => {
  await redis.run('SET', key, 'something else');
  await until('the key is free', async () => (await redis.run('TYPE', key)) !== 'string');
  await untilRight(isRight);
  expect(pair.states.at(-1)).toBe('current');
});

it('what was never published, and what is published no more, is not there', async () => {
  const name = 'demo/gone';
  expect(await pair.index.find(name, 'latest')).toMatchObject({ registry: undefined, images: undefined });
  await put(4, name);
  await put(1, name);
  await pair.index.remove(`/1/${name}.json`);
  const { registry, images } = await pair.index.find(name);
  expect([registry?.name, images]).toEqual([name, undefined]);
  await pair.index.remove(`/4/${name}.json`);
  expect(await pair.index.find(name)).toMatchObject({ registry: undefined, images: undefined });
});

describe('while nobody writes', () => {
  beforeAll(() => pair.mirror.close());

  it.each(DELETED)('%s that were deleted are not known, and not absent', async (_what, deleted, isRight) => {
    expect(await isRight()).toBe(true);
    for (const key of deleted) await redis.run('RENAME', key, `${key}:away`);
    await expect(isRight()).rejects.toThrow(IndexUnavailable);
    for (const key of deleted) await redis.run('RENAME', `${key}:away`, key);
    expect(await isRight()).toBe(true);
  });
});
