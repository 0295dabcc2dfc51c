/** Keys that somebody took away or wrote over: nothing that was published is ever not there, and all is written again. */
import { createKeys } from '../../../app/store/redis/keys';
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
  for (const name of OTHERS) await pair.memory.put(fileOf(4, name));
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

/** Resolves to how often the question was not answered, when it is answered as it should be. */
async function countUnavailable(isRight: () => Promise<boolean>): Promise<number> {
  let unavailable = 0;
  await until(
    'all is there again',
    async () => {
      try {
        expect(await isRight()).toBe(true);
        return true;
      } catch (error) {
        if (!(error instanceof IndexUnavailable)) throw error;
        unavailable++;
        return false;
      }
    },
    { timeoutMs: 15_000 },
  );
  return unavailable;
}

const isFound = (name: string) => async (): Promise<boolean> => (await pair.index.find(name)).registry !== undefined;
const hasImages = async (): Promise<boolean> => {
  const { images, lists } = await pair.index.findImages(NAME);
  return images !== undefined && lists.ids.length === IMAGES.length;
};
const hasTags = async (): Promise<boolean> =>
  (await pair.index.findTags(NAME, { after: undefined, most: 10 })).tags.length > 0;
const isListed = (most: number) => async (): Promise<boolean> =>
  (await pair.index.listRegistries(undefined, most)).length === Math.min(most, OTHERS.length + 1);

it.each([
  ['v2 references', keys.table('2', NAME), isFound(NAME)],
  ['v1 images', keys.table('1', NAME), hasImages],
  ['tags', keys.tags('2', NAME), hasTags],
  ['names of the catalog', keys.catalogNames('2'), isListed(3)],
  ['facts of the catalog', keys.catalogFacts('2'), isListed(3)],
  ['references of the last of many', keys.table('2', OTHERS.at(-1) ?? ''), isFound(OTHERS.at(-1) ?? '')],
])('%s that were deleted', async (_what, key, isRight) => {
  expect(await countUnavailable(isRight)).toBe(0);
  expect(await redis.run('DEL', key)).toBe('1');
  expect(await countUnavailable(isRight)).toBeGreaterThan(0);
  expect(pair.states.at(-1)).toBe('current');
});

it.each([
  ['v2 references', keys.table('2', NAME), isFound(NAME)],
  ['v1 images', keys.table('1', NAME), hasImages],
  ['tags', keys.tags('2', NAME), hasTags],
])('%s that something else was written over', async (_what, key, isRight) => {
  await redis.run('SET', key, 'something else');
  expect(await countUnavailable(isRight)).toBeGreaterThan(0);
  expect(pair.states.at(-1)).toBe('current');
});

it('what was never published, and what is published no more, is not there', async () => {
  expect(await pair.index.find('demo/never', 'latest')).toMatchObject({ registry: undefined, images: undefined });
  await pair.index.remove(`/1/${NAME}.json`);
  expect((await pair.index.find(NAME)).images).toBeUndefined();
  await pair.index.remove(`/4/${NAME}.json`);
  expect(await pair.index.find(NAME)).toMatchObject({ registry: undefined, images: undefined });
});
