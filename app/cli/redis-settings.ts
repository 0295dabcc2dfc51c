/** What it takes to connect to the Redis of [redis]: what the URL says, and what stands in the files that are named beside it. */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { nameOf, type Key } from '../config/key';
import type { RedisConfig } from '../config/redis';
import { redisKeys } from '../config/redis-keys';
import type { RedisSettings } from '../store/redis/connect';

export type FoundRedis = { settings: RedisSettings | undefined } | { mistakes: string[] };

/** `settings` undefined: no Redis is configured. */
export function readRedisSettings(config: RedisConfig): FoundRedis {
  const { address, passwordFile, sentinelPasswordFile, tlsCaFile } = config;
  if (!address) return { settings: undefined };
  const mistakes: string[] = [];
  const read = (key: Key<unknown>, path: string | undefined): string | undefined => {
    if (path === undefined) return undefined;
    try {
      return readFileSync(path, 'utf8');
    } catch (error) {
      mistakes.push(`${nameOf(key)}: ${(error as Error).message}`);
      return undefined;
    }
  };
  const password = firstLine(read(redisKeys.redisPasswordFile, passwordFile)) ?? address.password;
  const sentinelPassword = firstLine(read(redisKeys.redisSentinelPasswordFile, sentinelPasswordFile));
  const tlsCa = read(redisKeys.redisTlsCa, tlsCaFile);
  if (tlsCa !== undefined && !areAuthorities(tlsCa)) {
    mistakes.push(`${nameOf(redisKeys.redisTlsCa)}: ${tlsCaFile}: is not a certificate in PEM form`);
  }
  if (mistakes.length > 0) return { mistakes };
  const settings: RedisSettings = {
    ...address,
    ...(password !== undefined && { password }),
    ...(sentinelPassword !== undefined && { sentinelPassword }),
    ...(tlsCa !== undefined && { tlsCa }),
  };
  return { settings };
}

/** Editors end a file with a line break, which is no part of a password. */
const firstLine = (text: string | undefined): string | undefined => text?.split(/\r?\n/, 1)[0];

/** Found out now: with what is no certificate, no connection could ever be made. */
function areAuthorities(pem: string): boolean {
  const certificates = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  try {
    for (const certificate of certificates) new X509Certificate(certificate);
    return certificates.length > 0;
  } catch {
    return false;
  }
}
