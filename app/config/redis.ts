/** The section [redis] of the configuration: the index that several davits share, and how to reach it. Pure. */
import type { Key, Read } from './key';
import { redisKeys } from './redis-keys';
import type { RedisAddress } from './redis-url';

export interface RedisConfig {
  /** Absent: no Redis, and the rest means nothing. */
  address?: RedisAddress;
  /** Printable ASCII that is no pattern and has no braces. */
  prefix: string;
  /** Never beside a password in the address. */
  passwordFile?: string;
  sentinelPasswordFile?: string;
  /** PEM. Absent: the authorities that Node.js knows. */
  tlsCaFile?: string;
  lookupTimeoutMs: number;
  /** 0: none is kept. */
  cacheEntries: number;
}

export function buildRedis(read: Read): RedisConfig {
  const [address, passwordFile] = [read(redisKeys.redisUrl), read(redisKeys.redisPasswordFile)];
  const [sentinelPasswordFile, tlsCaFile] = [read(redisKeys.redisSentinelPasswordFile), read(redisKeys.redisTlsCa)];
  return {
    ...(address !== undefined && { address }),
    prefix: read(redisKeys.redisPrefix),
    ...(passwordFile !== undefined && { passwordFile }),
    ...(sentinelPasswordFile !== undefined && { sentinelPasswordFile }),
    ...(tlsCaFile !== undefined && { tlsCaFile }),
    lookupTimeoutMs: read(redisKeys.redisLookupTimeoutMs),
    cacheEntries: read(redisKeys.redisCacheEntries),
  };
}

export interface Contradiction {
  key: Key<unknown>;
  /** Completes "[section] key (origin): …". */
  what: string;
}

/** What the URL says, and another key says otherwise. Without a URL: that is for the table of keys that need another one. */
export function listRedisContradictions({
  address,
  passwordFile,
  sentinelPasswordFile,
  tlsCaFile,
}: RedisConfig): Contradiction[] {
  if (!address) return [];
  const contradictions: Contradiction[] = [];
  if (passwordFile !== undefined && address.password !== undefined) {
    contradictions.push({
      key: redisKeys.redisPasswordFile,
      what: 'is not allowed, because [redis] url has a password',
    });
  }
  if (passwordFile === undefined && address.username !== undefined && address.password === undefined) {
    contradictions.push({
      key: redisKeys.redisUrl,
      what: 'names a user without a password, and [redis] password_file is not set',
    });
  }
  if (sentinelPasswordFile !== undefined && address.kind !== 'sentinel') {
    contradictions.push({ key: redisKeys.redisSentinelPasswordFile, what: 'needs a [redis] url with -sentinel' });
  }
  if (tlsCaFile !== undefined && !address.usesTls) {
    contradictions.push({ key: redisKeys.redisTlsCa, what: 'needs a [redis] url with rediss' });
  }
  return contradictions;
}
