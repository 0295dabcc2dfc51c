/**
 * What is read from Redis, each in one script and so from one moment. A partition that is not complete answers nothing: who
 * asked then knows nothing, which is something else than that there is nothing. Neither is there nothing where a key is gone and
 * its digest is not, or where digests are gone: somebody deleted them, or Redis evicted them, and that is an error. Keys of a script are
 * in one partition.
 */
import { FACTS_FIELD } from './entries';
import type { Keys, Kind, Partition } from './keys';
import { CATALOG, partitionOf } from './keys';
import type { RedisClient } from './connect';

/** Which version of a partition an answer is from; nothing in front of it when the partition is not complete. */
const VERSION = `
local state = redis.call('HMGET', KEYS[1], 'complete', 'generation', 'sequence', 'held')
if state[1] ~= '1' then return false end
local answer = { state[2], state[3] }
`;

/**
 * KEYS 2: digests; ARGV 2: name. Whether these facts of a protocol are missing, or may be; and whether they are there, but unpublished:
 * their digest was lost, and then the writer did not know that they were to go.
 */
const JUDGE = `
local digests = redis.call('HMGET', KEYS[2], '2:' .. ARGV[2], '1:' .. ARGV[2])
local areDigestsWhole = redis.call('HLEN', KEYS[2]) == tonumber(state[4] or '0')
local function isLost(protocol, facts) return not facts and (digests[3 - protocol] or not areDigestsWhole) end
local function isLeftOver(protocol, facts) return facts and not digests[3 - protocol] and areDigestsWhole end
local lost = redis.error_reply('LOST what is published under the name is not there')
`;

/** Facts of v2 and v1 at 3 and 4 of the answer. */
const FACTS = `${JUDGE}
for protocol = 2, 1, -1 do
  local facts = redis.call('HGET', KEYS[5 - protocol], ARGV[1])
  if isLost(protocol, facts) then return lost end
  answer[5 - protocol] = not isLeftOver(protocol, facts) and facts
end
`;

/**
 * KEYS state, digests, table of v2, table of v1; ARGV facts field, name, field → generation, sequence, facts and entry of v2, of v1.
 */
const FIND = `${VERSION}${JUDGE}
for protocol = 2, 1, -1 do
  local found = redis.call('HMGET', KEYS[5 - protocol], ARGV[1], ARGV[3])
  if isLost(protocol, found[1]) then return lost end
  if isLeftOver(protocol, found[1]) then found = { false, false } end
  answer[#answer + 1] = found[1]
  answer[#answer + 1] = found[2]
end
return answer
`;

/**
 * KEYS state, digests, table of v2, table of v1, tags; ARGV facts field, name, first tag, most → generation, sequence, facts of v2, of
 * v1, tags, how many there are in all, digest of v2.
 */
const FIND_TAGS = `${VERSION}${FACTS}
answer[5] = answer[3] and redis.call('ZRANGEBYLEX', KEYS[5], ARGV[3], '+', 'LIMIT', 0, ARGV[4]) or {}
answer[6] = answer[3] and redis.call('ZCARD', KEYS[5]) or 0
answer[7] = digests[1]
return answer
`;

/**
 * KEYS state, digests, table of v2, table of v1; ARGV facts field, name → generation, sequence, facts of v2, of v1, all fields and
 * values of v1.
 */
const FIND_IMAGES = `${VERSION}${FACTS}
answer[5] = redis.call('HGETALL', KEYS[4])
return answer
`;

/** KEYS state, owners of an image; ARGV cursor, most → generation, sequence, next cursor, names. */
const FIND_OWNERS = `${VERSION}
local page = redis.call('SSCAN', KEYS[2], ARGV[1], 'COUNT', ARGV[2])
answer[3] = page[1]
answer[4] = page[2]
return answer
`;

/** KEYS state, facts, names, names of the other protocol; ARGV protocol, first name, most → generation, sequence, names, their facts. */
const LIST_NAMES = `${VERSION}
local size = redis.call('HLEN', KEYS[2])
if size ~= tonumber(state[4] or '0') or size ~= redis.call('ZCARD', KEYS[3]) + redis.call('ZCARD', KEYS[4]) then
  return redis.error_reply('LOST names of the catalog are not there')
end
answer[3] = redis.call('ZRANGEBYLEX', KEYS[3], ARGV[2], '+', 'LIMIT', 0, ARGV[3])
answer[4] = {}
for at, name in ipairs(answer[3]) do answer[4][at] = ARGV[1] .. ':' .. name end
if #answer[4] > 0 then answer[4] = redis.call('HMGET', KEYS[2], unpack(answer[4])) end
return answer
`;

/** From which version of its partition an answer is. */
export interface PartitionVersion {
  /** Changes with the writer: ./write-lua. */
  generation: string;
  /** Grows by one with every change. */
  sequence: number;
}

/** Undefined: the partition is not complete. */
type Answer<T> = Promise<(PartitionVersion & T) | undefined>;

export interface FoundTags {
  parts: (string | null)[];
  tags: string[];
  /** Of the repository. */
  tagCount: number;
  /** Of what is published: pages with the same one are of the same version. */
  digest: string | null;
}

export interface ReadScripts {
  find(name: string, field: Buffer): Answer<{ parts: (Buffer | null)[] }>;
  findTags(name: string, after: string | undefined, most: number): Answer<FoundTags>;
  findImages(name: string): Answer<{ parts: (Buffer | null)[]; all: Buffer[] }>;
  findOwners(imageId: string, cursor: string, most: number): Answer<{ cursor: string; names: string[] }>;
  listNames(kind: Kind, after: string | undefined, most: number): Answer<{ names: string[]; facts: (string | null)[] }>;
  readVersion(partition: Partition): Answer<object>;
}

interface Commands {
  davitFindBuffer(...of: (string | Buffer)[]): Promise<(Buffer | null)[] | null>;
  davitFindTags(
    ...of: (string | Buffer | number)[]
  ): Promise<[string, string, string | null, string | null, string[], number, string | null] | null>;
  davitFindImagesBuffer(
    ...of: (string | Buffer)[]
  ): Promise<[Buffer, Buffer, Buffer | null, Buffer | null, Buffer[]] | null>;
  davitFindOwners(...of: (string | number)[]): Promise<[string, string, string, string[]] | null>;
  davitListNames(...of: (string | number)[]): Promise<[string, string, string[], (string | null)[]] | null>;
}

export function createReadScripts(client: RedisClient, keys: Keys): ReadScripts {
  client.defineCommand('davitFind', { numberOfKeys: 4, lua: FIND });
  client.defineCommand('davitFindTags', { numberOfKeys: 5, lua: FIND_TAGS });
  client.defineCommand('davitFindImages', { numberOfKeys: 4, lua: FIND_IMAGES });
  client.defineCommand('davitFindOwners', { numberOfKeys: 2, lua: FIND_OWNERS });
  client.defineCommand('davitListNames', { numberOfKeys: 4, lua: LIST_NAMES });
  const commands = client as RedisClient & Commands;
  const keysOf = (name: string): [state: string, digests: string, table2: string, table1: string] => [
    keys.state(partitionOf(name)),
    keys.digests(partitionOf(name)),
    keys.table('2', name),
    keys.table('1', name),
  ];
  const versionOf = (generation: string | Buffer, sequence: string | Buffer): PartitionVersion => ({
    generation: generation.toString(),
    sequence: Number(sequence.toString()),
  });

  return {
    async find(name, field) {
      const answer = await commands.davitFindBuffer(...keysOf(name), FACTS_FIELD, name, field);
      if (!answer) return undefined;
      const [generation, sequence, ...parts] = answer as [Buffer, Buffer, ...(Buffer | null)[]];
      return { ...versionOf(generation, sequence), parts };
    },

    async findTags(name, after, most) {
      const answer = await commands.davitFindTags(
        ...keysOf(name),
        keys.tags('2', name),
        FACTS_FIELD,
        name,
        ...lexRange(after, most),
      );
      if (!answer) return undefined;
      const [generation, sequence, facts2, facts1, tags, tagCount, digest] = answer;
      return { ...versionOf(generation, sequence), parts: [facts2, facts1], tags, tagCount, digest };
    },

    async findImages(name) {
      const answer = await commands.davitFindImagesBuffer(...keysOf(name), FACTS_FIELD, name);
      if (!answer) return undefined;
      const [generation, sequence, facts2, facts1, all] = answer;
      return { ...versionOf(generation, sequence), parts: [facts2, facts1], all };
    },

    async findOwners(imageId, cursor, most) {
      const answer = await commands.davitFindOwners(
        keys.state(partitionOf(imageId)),
        keys.owners(imageId),
        cursor,
        most,
      );
      if (!answer) return undefined;
      const [generation, sequence, next, names] = answer;
      return { ...versionOf(generation, sequence), cursor: next, names };
    },

    async listNames(kind, after, most) {
      const answer = await commands.davitListNames(
        keys.state(CATALOG),
        keys.catalogFacts,
        keys.catalogNames(kind),
        keys.catalogNames(kind === '2' ? '1' : '2'),
        kind,
        ...lexRange(after, most),
      );
      if (!answer) return undefined;
      const [generation, sequence, names, facts] = answer;
      return { ...versionOf(generation, sequence), names, facts };
    },

    async readVersion(partition) {
      const [complete, generation, sequence] = await client.hmget(
        keys.state(partition),
        'complete',
        'generation',
        'sequence',
      );
      return complete === '1' ? versionOf(String(generation), String(sequence)) : undefined;
    },
  };
}

/** Infinity is no number of Redis; a negative one is all. */
const lexRange = (after: string | undefined, most: number): [from: string, most: number] => [
  after === undefined ? '-' : `(${after}`,
  most === Infinity ? -1 : most,
];
