/** What is asked for in several steps, while it changes in between: the answer is of one moment, and nothing that is there is missed. */
import { createReadScripts, type ReadScripts } from '../../../app/store/redis/read-scripts';
import { createKeys, partitionOf } from '../../../app/store/redis/keys';
import { LookupCache } from '../../../app/store/redis/lookup-cache';
import { LookupGate } from '../../../app/store/redis/lookup-gate';
import { RedisIndex } from '../../../app/store/redis/redis-index';
import { createDocument, imageId, parseRepository } from '../../redirects/documents';
import { startRedis, type RedisServer } from '../../support/redis';
import { awaitConnection, connectTo } from './clients';
import { PATIENT_MS } from './patient';
import { settingsOf } from './settings-of';
import { openPair, type Pair } from './whole-index';

const PREFIX = 'moved';
const NAME = 'demo/tags';
const IMAGE = imageId(1);

let redis: RedisServer;
let pair: Pair;
beforeAll(async () => {
  redis = await startRedis();
  pair = await openPair(settingsOf(redis.url), { prefix: PREFIX });
});
afterAll(async () => {
  await pair.close();
  await redis.stop();
});

const putImages = async (name: string, ...ids: string[]): Promise<void> => {
  const document = createDocument(1, { 'repo-registry-id': name, images: ids.map((id) => ({ id })), tags: {} });
  await pair.index.put({ file: `/1/${name}`, modifiedMs: 1, repository: parseRepository(document) });
};

const tagsOf = (version: string, count: number): string[] =>
  Array.from({ length: count }, (_, number) => `${String(number).padStart(5, '0')}-${version}`);
const putTags = async (name: string, tags: string[]): Promise<void> => {
  const document = createDocument(3, { 'repo-registry-id': name, schema2_data: tags });
  await pair.index.put({ file: `/3/${name}`, modifiedMs: 1, repository: parseRepository(document) });
};

interface Opened {
  index: RedisIndex;
  /** Of each list of tags that Redis was asked for: how many at most. */
  counts: number[];
  /** How often Redis was asked for owners. */
  ownerCalls: () => number;
}

/** `meanwhile` is done after Redis has answered, and before anybody learns of it. */
async function open(meanwhile: { tags?: () => Promise<void>; owners?: () => Promise<void> }): Promise<Opened> {
  const { client } = connectTo(redis.url);
  await awaitConnection(client);
  const scripts = createReadScripts(client, createKeys(PREFIX));
  const counts: number[] = [];
  let ownerCalls = 0;
  const changing: ReadScripts = {
    ...scripts,
    findTags: async (name, after, most) => {
      const page = await scripts.findTags(name, after, most);
      counts.push(most);
      await meanwhile.tags?.();
      return page;
    },
    findOwners: async (...asked) => {
      const page = await scripts.findOwners(...asked);
      ownerCalls++;
      await meanwhile.owners?.();
      return page;
    },
  };
  const gate = new LookupGate({ client, timeoutMs: PATIENT_MS, onFault: () => undefined });
  // Nobody tells it of changes: what it keeps grows old.
  const index = new RedisIndex({ scripts: changing, cache: new LookupCache(100), gate });
  return { index, counts, ownerCalls: () => ownerCalls };
}

async function ownersOf(index: RedisIndex, id: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of index.findImage(id)) names.push(name);
  return names.sort();
}

describe('an image', () => {
  beforeEach(async () => {
    await putImages('demo/a', IMAGE);
    await putImages('demo/b', imageId(2));
  });

  const move = async (): Promise<void> => {
    await putImages('demo/b', IMAGE);
    await putImages('demo/a', imageId(2));
  };

  it('that moves after its owners were read is found where it is', async () => {
    const { index } = await open({ owners: once(move) });
    expect(await ownersOf(index, IMAGE)).toEqual(['demo/b']);
  });

  it('that moved before word of it came is found in spite of what is kept', async () => {
    const { index } = await open({});
    const { image } = await index.find('demo/b', IMAGE);
    expect(image).toBeUndefined();
    await move();
    // As before the change: nobody has told otherwise.
    expect((await index.find('demo/b', IMAGE)).image).toBeUndefined();
    expect(await ownersOf(index, IMAGE)).toEqual(['demo/b']);
  });

  it('that somebody may have is asked for until nobody else may have it, and one that nobody ever had once', async () => {
    const { index, ownerCalls } = await open({});
    await redis.run('SADD', createKeys(PREFIX).owners(imageId(7)), 'demo/a');
    expect(await ownersOf(index, imageId(7))).toEqual([]);
    expect(ownerCalls()).toBe(2);
    expect(await ownersOf(index, imageId(8))).toEqual([]);
    expect(ownerCalls()).toBe(3);
    expect(await ownersOf(index, IMAGE)).toEqual(['demo/a']);
    expect(ownerCalls()).toBe(5);
  });

  it('of which somebody wants no owner that was found is asked for again, and of no other owner twice', async () => {
    const { index } = await open({ owners: once(() => putImages('demo/b', IMAGE)) });
    const names: string[] = [];
    for await (const { name } of index.findImage(IMAGE)) names.push(name);
    expect(names).toEqual(['demo/a', 'demo/b']);
  });

  it('is asked for once by who is content with the first owner', async () => {
    const { index, ownerCalls } = await open({});
    for await (const { name } of index.findImage(IMAGE)) {
      expect(name).toBe('demo/a');
      break;
    }
    expect(ownerCalls()).toBe(1);
  });
});

describe('a list of tags', () => {
  beforeEach(() => putTags(NAME, tagsOf('old', 5000)));

  const list = async ({ index }: Opened, most = Infinity): Promise<readonly string[]> =>
    (await index.findTags(NAME, { after: undefined, most })).tags;

  it('comes in pages, whatever else is published in its partition meanwhile', async () => {
    const neighbour = findNeighbour(NAME);
    let version = 0;
    const opened = await open({ tags: () => putTags(neighbour, [`v${version++}`]) });
    expect(await list(opened)).toEqual(tagsOf('old', 5000));
    expect(opened.counts).toEqual([2000, 2000, 2000]);
    expect(await list(opened, 4100)).toEqual(tagsOf('old', 4100));
    expect(opened.counts.slice(3)).toEqual([2000, 2000, 100]);
  });

  it('is of the new version where that comes between two pages', async () => {
    const opened = await open({ tags: once(() => putTags(NAME, tagsOf('new', 4500))) });
    expect(await list(opened)).toEqual(tagsOf('new', 4500));
  });

  it('is of no version where the repository goes between two pages', async () => {
    const opened = await open({ tags: once(async () => pair.index.remove(`/3/${NAME}`)) });
    const { registry, tags } = await opened.index.findTags(NAME, { after: undefined, most: Infinity });
    expect([registry, tags]).toEqual([undefined, []]);
  });

  it('is asked for at once where it changes again and again', async () => {
    let version = 0;
    const opened = await open({ tags: () => putTags(NAME, tagsOf(`v${++version}`, 3000)) });
    const tags = await list(opened);
    expect(tags).toHaveLength(3000);
    expect(new Set(tags.map((tag) => tag.slice(6))).size).toBe(1);
    expect(opened.counts.at(-1)).toBe(Infinity);
    expect(opened.counts.slice(0, -1).every((most) => most === 2000)).toBe(true);
  });
});

function once(work: () => Promise<unknown>): () => Promise<void> {
  let isDone = false;
  return async () => {
    if (isDone) return;
    isDone = true;
    await work();
  };
}

/** Another name of the same partition. */
function findNeighbour(name: string): string {
  for (let number = 0; ; number++) {
    const other = `demo/neighbour-${number}`;
    if (partitionOf(other) === partitionOf(name)) return other;
  }
}
