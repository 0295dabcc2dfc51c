/** Puts together what reads an index in Redis: two connections, one that asks and one that listens, and what is kept. */
import type { RepositoryIndex } from '../repository-index';
import { ChangeFeed } from './change-feed';
import { connectRedis, isConnected, type RedisSettings } from './connect';
import { createKeys } from './keys';
import { LookupCache } from './lookup-cache';
import { LookupGate } from './lookup-gate';
import { createReadScripts } from './read-scripts';
import { ReadingHealth, type ReadingStatus } from './reading-health';
import { RedisIndex } from './redis-index';
import { createSubscriber } from './subscribe';

export interface OpenIndexOptions {
  prefix: string;
  lookupTimeoutMs: number;
  /** Answers that are kept. */
  cacheEntries: number;
  /** Another state, or another reason for it. */
  onChange: (status: ReadingStatus) => void;
  /** A lookup that failed although there is a connection. */
  onFault: (error: Error) => void;
}

export interface OpenedIndex {
  index: RepositoryIndex;
  readonly status: ReadingStatus;
  /** Answers that are kept now. */
  readonly keptAnswers: number;
  close: () => void;
}

export function openRedisIndex(settings: RedisSettings, options: OpenIndexOptions): OpenedIndex {
  const { prefix, lookupTimeoutMs, cacheEntries } = options;
  const keys = createKeys(prefix);
  const client = connectRedis(settings, {
    commandTimeoutMs: lookupTimeoutMs,
    isAutoPipelined: true,
    onFault: (error) => health.noteConnectionFault(error),
  });
  const health = new ReadingHealth(client, options.onChange);
  const cache = new LookupCache(cacheEntries);
  const gate = new LookupGate({
    client,
    timeoutMs: lookupTimeoutMs,
    onFault: (error) => {
      health.noteFault(error);
      options.onFault(error);
    },
  });
  const scripts = createReadScripts(client, keys);
  const feed = new ChangeFeed({ scripts, gate, cache, health });
  const subscriber = createSubscriber(settings, {
    commandTimeoutMs: lookupTimeoutMs,
    channels: [keys.changes],
    onMessage: (_channel, message) => feed.take(message),
    onListening: () => feed.lookSoon(),
    onFault: (error) => {
      // Of the connection, the other one tells; what it may not hear, nobody else does.
      if (!isConnected(client)) return;
      health.noteFault(error);
      options.onFault(error);
    },
  });
  feed.start();
  return {
    index: new RedisIndex({ scripts, cache, gate }),
    get status() {
      return health.status;
    },
    get keptAnswers() {
      return cache.size;
    },
    close: () => {
      feed.close();
      gate.close();
      subscriber.close();
      client.disconnect();
    },
  };
}
