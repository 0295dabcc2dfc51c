/**
 * A writer finds digests gone that somebody deleted while no writer was there: what was unpublished meanwhile goes all the same, and
 * what stays is answered.
 */
import { createKeys, partitionOf, type Kind } from '../../../app/store/redis/keys';
import { createDocument, imageId, parseRepository } from '../../redirects/documents';
import { startRedis, type RedisServer } from '../../support/redis';
import { endLater } from './clients';
import { settingsOf } from './settings-of';
import { openPair, type Pair, type PairOptions } from './whole-index';

type File = NonNullable<PairOptions['files']>[number];

const NAME = 'demo/both';
const PREFIX = 'digests';
const keys = createKeys(PREFIX);
const DIGESTS = keys.digests(partitionOf(NAME));
const IMAGE = imageId(1);

const fileOf = (kind: Kind, name: string): File => {
  const content = kind === '1' ? { images: [{ id: IMAGE }], tags: {} } : {};
  const document = createDocument(kind === '1' ? 1 : 4, { 'repo-registry-id': name, ...content });
  return { file: `/${kind}/${name}`, modifiedMs: 1000, repository: parseRepository(document) };
};
/** Another name of the same partition, that stays. */
const NEIGHBOUR = Array.from({ length: 10_000 }, (_, number) => `demo/neighbour-${number}`).find(
  (name) => partitionOf(name) === partitionOf(NAME),
) as string;
const STAYING = fileOf('2', NEIGHBOUR);
const BOTH = [fileOf('2', NAME), fileOf('1', NAME)];

let redis: RedisServer;
beforeEach(async () => {
  redis = await startRedis();
  endLater(() => redis.stop());
});

async function open(files: readonly File[]): Promise<Pair> {
  const pair = await openPair(settingsOf(redis.url), { prefix: PREFIX, files });
  endLater(() => pair.close());
  return pair;
}

async function ownersOf({ index }: Pair): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of index.findImage(IMAGE)) names.push(name);
  return names;
}

const KINDS_LOST: [what: string, kinds: Kind[], left: File[]][] = [
  ['v2', ['2'], [fileOf('1', NAME)]],
  ['v1', ['1'], [fileOf('2', NAME)]],
  ['both', ['2', '1'], []],
];

it.each(KINDS_LOST)('%s of a name, unpublished meanwhile, goes without its digest', async (_what, kinds, left) => {
  await (await open([STAYING, ...BOTH])).close();
  const fields = kinds.map((kind) => `${kind}:${NAME}`);
  expect(await redis.run('HDEL', DIGESTS, ...fields)).toBe(String(fields.length));
  const pair = await open([STAYING, ...left]);
  const { registry, images } = await pair.index.find(NAME);
  expect([!!registry, !!images]).toEqual([!kinds.includes('2'), !kinds.includes('1')]);
  expect(await ownersOf(pair)).toEqual(kinds.includes('1') ? [] : [NAME]);
  for (const kind of kinds) expect(await redis.run('EXISTS', keys.table(kind, NAME), keys.tags(kind, NAME))).toBe('0');
  const listed = [...(await pair.index.listRegistries(undefined, 9)), ...(await pair.index.listImages(undefined, 9))];
  expect(listed.map(({ name }) => name).sort()).toEqual([...left.map(() => NAME), NEIGHBOUR].sort());
  expect(await redis.run('HGET', keys.state(partitionOf(NAME)), 'held')).toBe(await redis.run('HLEN', DIGESTS));
  expect((await pair.index.find(NEIGHBOUR)).registry).toBeDefined();
});
