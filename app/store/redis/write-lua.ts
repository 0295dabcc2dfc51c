/**
 * What is written to Redis, each in one script and so at one moment; readers see what was before, or what is after it.
 *
 * Every partition bears the token of the writer that sealed it last. A writer with another one can change nothing there any
 * more, however late it wakes up (fencing): an older one is told FENCED, and one whose seal is gone, because Redis lost it,
 * UNSEALED. A partition has a sequence, which grows by one with every change and tells readers when they missed word of one, and
 * a generation: the token of who made the last change. Where Redis lost changes, as many others may follow; they are of another
 * writer, or of another term of the same one, so no two states have the same generation and sequence. `owners` grows by changes that
 * readers need no word of. `held` is how many names the contents of the partition have: fewer than that, and somebody deleted them,
 * or Redis evicted them.
 */
const FENCE = `
local sealedBy = tonumber(redis.call('HGET', KEYS[1], 'token') or '0')
if sealedBy > tonumber(ARGV[1]) then return redis.error_reply('FENCED another writer has taken over') end
if sealedBy < tonumber(ARGV[1]) then return redis.error_reply('UNSEALED the partition does not know this writer') end
`;

/** The sequence of this change. */
const COUNT = `
redis.call('HSET', KEYS[1], 'generation', ARGV[1])
local sequence = redis.call('HINCRBY', KEYS[1], 'sequence', 1)
`;

/** KEYS 2: contents. The state, with whether the contents are all there. */
const LOOK = `
local state = redis.call('HMGET', KEYS[1], 'token', 'complete', 'sequence', 'owners', 'held')
local size = redis.call('HLEN', KEYS[2])
state[5] = size == tonumber(state[5] or '0') and '1' or '0'
`;

/** KEYS state, contents → token, complete, sequence, owners, whether the contents are all there. */
export const READ_STATE = `${LOOK}
return state
`;

/** As above; ARGV token. The token in the answer is the one before. What has lost contents is complete no more, and counts anew. */
export const SEAL = `${LOOK}
local before = tonumber(state[1] or '0')
if before > tonumber(ARGV[1]) then return redis.error_reply('FENCED another writer has taken over') end
redis.call('HSET', KEYS[1], 'token', ARGV[1])
if state[5] == '0' then
  redis.call('HDEL', KEYS[1], 'complete')
  redis.call('HSET', KEYS[1], 'held', size)
  state[2] = false
end
return state
`;

/** KEYS state, table; ARGV token, 1 to begin anew, lifetime in ms, fields and values. */
export const STAGE_TABLE = `${FENCE}
if ARGV[2] == '1' then redis.call('UNLINK', KEYS[2]) end
redis.call('HSET', KEYS[2], unpack(ARGV, 4))
redis.call('PEXPIRE', KEYS[2], ARGV[3])
return 1
`;

/** KEYS state, tags; ARGV token, 1 to begin anew, lifetime in ms, tags. */
export const STAGE_TAGS = `${FENCE}
if ARGV[2] == '1' then redis.call('UNLINK', KEYS[2]) end
local scored = {}
for at = 4, #ARGV do
  scored[#scored + 1] = 0
  scored[#scored + 1] = ARGV[at]
end
redis.call('ZADD', KEYS[2], unpack(scored))
redis.call('PEXPIRE', KEYS[2], ARGV[3])
return 1
`;

/**
 * KEYS state, digests, table, staged table, tags, staged tags; ARGV token, field of the digest, digest, number of fields, number
 * of tags, channel, partition, name → sequence. What is staged takes the place of what is published, or nothing does.
 */
export const COMMIT = `${FENCE}
local fields, tags = tonumber(ARGV[4]), tonumber(ARGV[5])
if (fields > 0 and redis.call('HLEN', KEYS[4]) ~= fields) or (tags > 0 and redis.call('ZCARD', KEYS[6]) ~= tags) then
  return redis.error_reply('INCOMPLETE what was staged is not all there')
end
local function replace(published, staged, count)
  redis.call('UNLINK', published)
  if count > 0 then
    redis.call('RENAME', staged, published)
    redis.call('PERSIST', published)
  end
end
-- First: nothing has happened yet when this is refused, because Redis is full or the key is of another type.
local more = fields > 0 and redis.call('HSET', KEYS[2], ARGV[2], ARGV[3]) or 0 - redis.call('HDEL', KEYS[2], ARGV[2])
redis.call('HINCRBY', KEYS[1], 'held', more)
replace(KEYS[3], KEYS[4], fields)
replace(KEYS[5], KEYS[6], tags)
${COUNT}
redis.call('PUBLISH', ARGV[6], ARGV[7] .. ' ' .. ARGV[1] .. ' ' .. sequence .. ' ' .. ARGV[8])
return sequence
`;

/**
 * KEYS state, digests, table, tags; ARGV token, field of the digest, digest, channel, partition, name, number of fields and values,
 * these by turns, tags → sequence. What is small need not be staged. First what a full Redis refuses: then nothing is gone.
 */
export const REPLACE = `${FENCE}
redis.call('HINCRBY', KEYS[1], 'held', redis.call('HSET', KEYS[2], ARGV[2], ARGV[3]))
redis.call('UNLINK', KEYS[3], KEYS[4])
local last = 7 + tonumber(ARGV[7])
redis.call('HSET', KEYS[3], unpack(ARGV, 8, last))
local scored = {}
for at = last + 1, #ARGV do
  scored[#scored + 1] = 0
  scored[#scored + 1] = ARGV[at]
end
if #scored > 0 then redis.call('ZADD', KEYS[4], unpack(scored)) end
${COUNT}
redis.call('PUBLISH', ARGV[4], ARGV[5] .. ' ' .. ARGV[1] .. ' ' .. sequence .. ' ' .. ARGV[6])
return sequence
`;

/** KEYS state; ARGV token, channel, partition → sequence. The partition can be relied on. */
export const COMPLETE = `${FENCE}
redis.call('HSET', KEYS[1], 'complete', 1)
${COUNT}
redis.call('PUBLISH', ARGV[2], ARGV[3] .. ' ' .. ARGV[1] .. ' ' .. sequence .. ' ')
return sequence
`;

/**
 * KEYS state, owners of images; ARGV token, SADD or SREM, a name for each image → how often owners were changed. What somebody wrote
 * over owners goes; the others are found to be missing (./owner-sweep).
 */
export const CHANGE_OWNERS = `${FENCE}
for at = 2, #KEYS do
  local done = redis.pcall(ARGV[2], KEYS[at], ARGV[at + 1])
  if type(done) == 'table' and done.err then
    if not string.find(done.err, 'WRONGTYPE', 1, true) then return done end
    redis.call('UNLINK', KEYS[at])
    redis.call(ARGV[2], KEYS[at], ARGV[at + 1])
  end
end
return redis.call('HINCRBY', KEYS[1], 'owners', 1)
`;

/**
 * KEYS state, facts, names; ARGV token, name, field and facts by turns, no facts for a name that goes → sequence. First the list of
 * names: nothing has happened yet when this is refused, because the key is of another type.
 */
export const CHANGE_CATALOG = `${FENCE}
local more = 0
for at = 2, #ARGV, 3 do
  local name, field, facts = ARGV[at], ARGV[at + 1], ARGV[at + 2]
  if facts == '' then
    redis.call('ZREM', KEYS[3], name)
    more = more - redis.call('HDEL', KEYS[2], field)
  else
    redis.call('ZADD', KEYS[3], 0, name)
    more = more + redis.call('HSET', KEYS[2], field, facts)
  end
end
redis.call('HINCRBY', KEYS[1], 'held', more)
${COUNT}
return sequence
`;
