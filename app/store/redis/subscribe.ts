/**
 * Listens to channels of Redis on a connection of its own.
 *
 * What is published while nobody listens is lost, so the listener is told from when to when it hears everything. In a cluster every node
 * passes every message on: one connection to any of the nodes is enough, and after a loss the next one of the settings is tried.
 */
import { Redis } from 'ioredis';
import { connectionOptions, connectRedis, retryDelayMs, type ConnectOptions, type RedisSettings } from './connect';
import { watchPulse } from './pulse';

export interface SubscriberOptions extends ConnectOptions {
  channels: readonly string[];
  onMessage(channel: string, message: string): void;
  /** From now on everything is heard: what was published earlier may have been missed. */
  onListening?(): void;
  /** From now on something may be missed. Only after onListening. */
  onLost?(): void;
}

export interface Subscriber {
  close(): void;
}

export function createSubscriber(settings: RedisSettings, options: SubscriberOptions): Subscriber {
  const connection = connect(settings, options);
  let isListening = false;
  const subscribe = async (): Promise<void> => {
    const { stream } = connection;
    try {
      await connection.subscribe(...options.channels);
    } catch (error) {
      if (connection.status !== 'ready' || connection.stream !== stream) return;
      options.onFault?.(error as Error);
      connection.disconnect(true);
      return;
    }
    isListening = true;
    options.onListening?.();
  };
  connection.on('ready', () => void subscribe());
  connection.on('message', (channel: string, message: string) => options.onMessage(channel, message));
  connection.on('close', () => {
    if (!isListening) return;
    isListening = false;
    options.onLost?.();
  });
  return { close: () => connection.disconnect() };
}

function connect(settings: RedisSettings, options: ConnectOptions): Redis {
  if (settings.kind === 'cluster') return connectToAnyNode(settings, options);
  return connectRedis(settings, { ...options, isAutoPipelined: false }) as Redis;
}

function connectToAnyNode(settings: RedisSettings, options: ConnectOptions): Redis {
  const { nodes } = settings;
  let attempts = Math.floor(Math.random() * nodes.length);
  const connection: Redis = new Redis({
    ...connectionOptions(settings, options),
    ...nodes[attempts % nodes.length],
    enableOfflineQueue: false,
    retryStrategy: (times) => {
      attempts += 1;
      // Read anew at each attempt.
      Object.assign(connection.options, nodes[attempts % nodes.length]);
      return retryDelayMs(times);
    },
  });
  connection.on('error', (error: Error) => options.onFault?.(error));
  watchPulse(connection);
  return connection;
}
