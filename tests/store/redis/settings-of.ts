/** What the configuration makes of a [redis] url. */
import { redisUrl } from '../../../app/config/redis-url';
import type { RedisSettings } from '../../../app/store/redis/connect';

export function settingsOf(url: string, more: Partial<RedisSettings> = {}): RedisSettings {
  const parsed = redisUrl.parse(url);
  if ('mistake' in parsed) throw new Error(`${url} ${parsed.mistake}`);
  return { ...parsed.value, ...more };
}
