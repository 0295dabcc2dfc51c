/** Connections to the Redis servers of a test, ended when it ends, with what they were told of. */
import {
  connectRedis,
  isConnected,
  type ConnectOptions,
  type RedisClient,
  type RedisSettings,
} from '../../../app/store/redis/connect';
import { redisUrl } from '../../../app/config/redis-url';
import { describeRedisFault } from '../../../app/store/redis/describe-fault';
import { createSubscriber, type Subscriber } from '../../../app/store/redis/subscribe';
import { endAll } from '../../support/end-all';
import { until } from '../../support/until';
import { PATIENT_MS } from './patient';

const ends: (() => unknown)[] = [];

afterEach(() => endAll(ends));

/** Ends what a test has started, the last first. */
export const endLater = (end: () => unknown): void => void ends.push(end);

export interface TestClient {
  client: RedisClient;
  /** What went wrong so far, in words for the log. */
  faults: string[];
}

/** To a URL of [redis] url. Does not wait. */
export function connectTo(
  url: string,
  settings: Partial<RedisSettings> = {},
  options: Partial<ConnectOptions> = {},
): TestClient {
  const faults: string[] = [];
  const client = connectRedis(
    { ...readUrl(url), ...settings },
    { commandTimeoutMs: PATIENT_MS, onFault: (error) => faults.push(describeRedisFault(error)), ...options },
  );
  endLater(() => client.disconnect());
  return { client, faults };
}

/** Resolves to the time that it took. */
export const awaitConnection = (client: RedisClient): Promise<number> =>
  until('there is a connection to Redis', () => isConnected(client));

export interface Listening {
  subscriber: Subscriber;
  /** listening, lost, or a message. */
  heard: string[];
}

export function listenTo(url: string, { commandTimeoutMs = PATIENT_MS } = {}): Listening {
  const heard: string[] = [];
  const subscriber = createSubscriber(readUrl(url), {
    commandTimeoutMs,
    channels: ['news', 'more'],
    onMessage: (channel, message) => heard.push(`${channel}: ${message}`),
    onListening: () => heard.push('listening'),
    onLost: () => heard.push('lost'),
  });
  endLater(() => subscriber.close());
  return { subscriber, heard };
}

/** The sentence for what a command was refused for. */
export async function faultOf(answer: Promise<unknown>): Promise<string> {
  const reason = await answer.then(
    () => {
      throw new Error('Redis answered');
    },
    (cause: unknown) => cause,
  );
  return describeRedisFault(reason);
}

/** What the configuration makes of it. */
function readUrl(url: string): RedisSettings {
  const parsed = redisUrl.parse(url);
  if ('mistake' in parsed) throw new Error(parsed.mistake);
  return parsed.value;
}
