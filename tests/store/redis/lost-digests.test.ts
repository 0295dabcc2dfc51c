/**
 * A writer finds digests gone that somebody deleted while no writer was there: what was unpublished meanwhile goes all the same, and
 * what stays is answered.
 */
import { createKeys, partitionOf, type Kind } from '../../../app/store/redis/keys';
import { MemoryIndex } from '../../../app/store/memory-index';
import { openMirror } from '../../../app/store/redis/open-mirror';
import { TableWriter } from '../../../app/store/redis/table-writer';
import { createWriteScripts } from '../../../app/store/redis/write-scripts';
import { createDocument, imageId, parseRepository } from '../../redirects/documents';
import { startRedis, type RedisServer } from '../../support/redis';
import { until } from '../../support/until';
import { awaitConnection, connectTo, endLater } from './clients';
import { settingsOf } from './settings-of';
import { openPair, type Pair, type PairOptions } from './whole-index';

type File = NonNullable<PairOptions['files']>[number];

const NAME = 'demo/both';
const PREFIX = 'digests';
const keys = createKeys(PREFIX);
const DIGESTS = keys.digests(partitionOf(NAME));
const CATALOG = [keys.catalogFacts, keys.catalogNames('2'), keys.catalogNames('1')];
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

it.each(KINDS_LOST)('%s of a name that the catalog has lost, too, is not answered', async (_what, kinds, left) => {
  await (await open([STAYING, ...BOTH])).close();
  await redis.run('HDEL', DIGESTS, ...kinds.map((kind) => `${kind}:${NAME}`));
  expect(await redis.run('DEL', ...CATALOG)).toBe(String(CATALOG.length));
  const pair = await open([STAYING, ...left]);
  const { registry, images } = await pair.index.find(NAME, IMAGE);
  expect([!!registry, !!images]).toEqual([!kinds.includes('2'), !kinds.includes('1')]);
  const { registry: tagged, tags } = await pair.index.findTags(NAME, { after: undefined, most: 9 });
  expect([!!tagged, tags.length > 0]).toEqual([!kinds.includes('2'), !kinds.includes('2')]);
  const { images: listed, lists } = await pair.index.findImages(NAME);
  expect([!!listed, lists.ids.length]).toEqual(kinds.includes('1') ? [false, 0] : [true, 1]);
  expect(await ownersOf(pair)).toEqual(kinds.includes('1') ? [] : [NAME]);
  // It is published again: what was left over is no hindrance.
  for (const file of BOTH) await pair.index.put(file);
  const again = await pair.index.find(NAME, IMAGE);
  expect([!!again.registry, !!again.images, await ownersOf(pair)]).toEqual([true, true, [NAME]]);
});

it('a writer that finds no redirect file leaves what is answered as it is', async () => {
  const before = await open([STAYING, ...BOTH]);
  await before.mirror.close();
  expect(await redis.run('HDEL', DIGESTS, `2:${NEIGHBOUR}`)).toBe('1');
  const faults: string[] = [];
  const empty = openMirror(settingsOf(redis.url), {
    prefix: PREFIX,
    source: new MemoryIndex(() => undefined),
    onStatus: ({ fault }) => fault && faults.push(fault.message),
  });
  endLater(() => empty.close());
  empty.start();
  await until('it has found nothing', () => faults.length > 0);
  expect(faults).toEqual(['no redirect file is there, but Redis holds 2 repositories, which stay']);
  const { registry, images } = await before.index.find(NAME);
  expect([!!registry, !!images]).toEqual([true, true]);
});

it('a list of names that something else was written over takes no name into the facts alone', async () => {
  // Who writes here looks at nothing by itself: it would mend the list before, or after.
  await (await open([STAYING])).close();
  const { client } = connectTo(redis.url);
  await awaitConnection(client);
  const token = Number(await redis.run('GET', keys.leaseToken));
  const scripts = createWriteScripts(client, keys, () => undefined);
  const writer = new TableWriter({ client, keys, scripts, token });
  const [facts, names] = CATALOG as [string, string];
  await redis.run('SET', names, 'something else');
  await expect(writer.write(NAME, [fileOf('2', NAME).repository])).rejects.toThrow('WRONGTYPE');
  expect(await redis.run('HLEN', facts)).toBe('1');
  expect(await redis.run('HGET', keys.state('catalog'), 'held')).toBe('1');
});
