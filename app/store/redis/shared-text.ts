/**
 * A short text that all processes with one Redis have in common: what the first of them offered. Who holds it offers it again and
 * again, so it outlives a Redis that lost its memory.
 */
import { ReplyError } from 'ioredis';
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
  /**
   * After each answer of Redis: whether it was an error. As long as it is one, this process goes on with the text that it has, and
   * the others may have another one.
   */
  onAnswer: (refusal: Error | undefined) => void;
}

export interface SharedText {
  close: () => void;
}

const OFFER_EVERY_MS = 5000;
/** While there is no connection. */
const LOOK_EVERY_MS = 50;
const TIMEOUT_MS = 2000;

export function shareText(settings: RedisSettings, options: SharedTextOptions): SharedText {
  const { prefix, name, onChange, onAnswer } = options;
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
      onAnswer(undefined);
    } catch (error) {
      // What is known stays. Why Redis cannot be reached, others tell; what it refuses, it may refuse for this key alone.
      if (error instanceof ReplyError) onAnswer(error as Error);
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
