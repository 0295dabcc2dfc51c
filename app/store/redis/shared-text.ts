/**
 * A short text that all processes with one Redis have in common: what the first of them offered. Who holds it offers it again and
 * again, so it outlives a Redis that lost its memory.
 */
import { connectRedis, isConnected, type RedisClient, type RedisSettings } from './connect';
import { createKeys } from './keys';

/** KEYS text; ARGV offer → what all have in common. */
const SHARE = `
local common = redis.call('GET', KEYS[1])
if common then return common end
redis.call('SET', KEYS[1], ARGV[1])
return ARGV[1]
`;

export interface SharedTextOptions {
  prefix: string;
  /** What it is, in the name of its key. */
  name: string;
  /** What to offer as long as nothing is known. */
  offer: string;
  /** What all have in common is another text than before. */
  onChange: (text: string) => void;
}

export interface SharedText {
  close: () => void;
}

const OFFER_EVERY_MS = 5000;
/** While there is no connection. */
const LOOK_EVERY_MS = 50;
const TIMEOUT_MS = 2000;

export function shareText(settings: RedisSettings, options: SharedTextOptions): SharedText {
  const { prefix, name, onChange } = options;
  const client = connectRedis(settings, { commandTimeoutMs: TIMEOUT_MS, name: `davit-${name}` });
  client.defineCommand('davitShare', { numberOfKeys: 1, lua: SHARE });
  const commands = client as RedisClient & { davitShare(key: string, offer: string): Promise<string> };
  const key = createKeys(prefix).shared(name);
  let { offer } = options;
  let isClosed = false;
  let timer: NodeJS.Timeout | undefined;

  const offerIt = async (): Promise<void> => {
    const wasConnected = isConnected(client);
    try {
      const common = await commands.davitShare(key, offer);
      if (common !== offer) onChange(common);
      offer = common;
    } catch {
      // What is known stays; why Redis cannot be reached, others tell.
    }
    if (!isClosed) timer = setTimeout(() => void offerIt(), wasConnected ? OFFER_EVERY_MS : LOOK_EVERY_MS);
  };
  void offerIt();
  return {
    close: () => {
      isClosed = true;
      clearTimeout(timer);
      client.disconnect();
    },
  };
}
