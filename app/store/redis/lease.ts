/**
 * The lease that one writer at a time holds. Whoever gets it gets a token larger than any before; the token, not the lease, is what
 * keeps an older writer from writing (./write-scripts). The lease only spares writers from fighting.
 */
import type { Keys } from './keys';
import type { RedisClient } from './connect';

/** A writer that dies is followed by another one within this time and the time between two attempts. */
export const LEASE_MS = 5000;

/**
 * KEYS holder, last token; ARGV writer, lifetime in ms → token, or nothing when another writer holds the lease. Redis' own time
 * keeps tokens growing even when Redis lost the last one.
 */
const TAKE = `
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return false end
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local token = math.max(tonumber(redis.call('GET', KEYS[2]) or '0') + 1, now)
redis.call('SET', KEYS[2], string.format('%.0f', token))
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return string.format('%.0f', token)
`;

/** KEYS holder; ARGV writer, lifetime in ms → 1, or 0 when it is no longer held. */
const RENEW = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
`;

/** KEYS holder; ARGV writer. */
const RELEASE = `
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 1
`;

export class LeaseLost extends Error {
  override name = 'LeaseLost';

  constructor() {
    super('the lease was lost to another writer, or with the memory of Redis');
  }
}

export interface Lease {
  /** A new token; undefined: another writer holds the lease. */
  take(): Promise<number | undefined>;
  /** False: it was lost. */
  renew(): Promise<boolean>;
  /** Another writer may take it at once. */
  release(): Promise<void>;
}

interface Commands {
  davitTakeLease(...of: (string | number)[]): Promise<string | null>;
  davitRenewLease(...of: (string | number)[]): Promise<number>;
  davitReleaseLease(...of: string[]): Promise<number>;
}

/** `writer`: a name that no other writer has. */
export function createLease(client: RedisClient, keys: Keys, writer: string): Lease {
  client.defineCommand('davitTakeLease', { numberOfKeys: 2, lua: TAKE });
  client.defineCommand('davitRenewLease', { numberOfKeys: 1, lua: RENEW });
  client.defineCommand('davitReleaseLease', { numberOfKeys: 1, lua: RELEASE });
  const commands = client as RedisClient & Commands;
  const { leaseHolder, leaseToken } = keys;
  return {
    take: async () => {
      const token = await commands.davitTakeLease(leaseHolder, leaseToken, writer, LEASE_MS);
      return token === null ? undefined : Number(token);
    },
    renew: async () => (await commands.davitRenewLease(leaseHolder, writer, LEASE_MS)) === 1,
    release: async () => {
      await commands.davitReleaseLease(leaseHolder, writer);
    },
  };
}
