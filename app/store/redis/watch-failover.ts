/**
 * Leaves a master as soon as a sentinel names another one. The old one may live on for seconds before the sentinels make it a replica,
 * and would take writes that are then lost. While there is a connection, each sentinel of the settings is listened to.
 */
import { Redis, type RedisOptions } from 'ioredis';
import { isBeingLeft } from './is-being-left';

const channel = '+switch-master';

/** `sentinels`: how to connect to each. */
export function watchFailover(client: Redis, masterName: string, sentinels: readonly RedisOptions[]): void {
  let listeners: Redis[] = [];
  // Each sentinel tells.
  const leave = (): void => {
    if (!isBeingLeft(client)) client.disconnect(true);
  };
  client.on('ready', () => {
    listeners = sentinels.map((options) => listen(options, masterName, leave));
  });
  client.on('close', () => {
    for (const listener of listeners.splice(0)) listener.disconnect();
  });
}

function listen(options: RedisOptions, masterName: string, leave: () => void): Redis {
  const listener = new Redis(options);
  // Sentinels may come and go. That none is there is told by the client, when it needs one.
  listener.on('error', ignore);
  listener.on('ready', () => void listener.subscribe(channel).catch(ignore));
  // <name> <old address> <old port> <new address> <new port>
  listener.on('message', (_channel: string, message: string) => {
    if (message.startsWith(`${masterName} `)) leave();
  });
  return listener;
}

const ignore = (): void => undefined;
