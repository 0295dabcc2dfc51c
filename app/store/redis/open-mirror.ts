/** Puts together what writes an index to Redis, on a connection of its own: what is written may take longer than a lookup. */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { connectRedis, type RedisSettings } from './connect';
import { createKeys } from './keys';
import { createLease } from './lease';
import { Mirror, type MirrorStatus } from './mirror';
import type { PublicationSource } from './reconcile-catalog';
import { UNPIPELINED } from './write-scripts';

export interface OpenMirrorOptions {
  prefix: string;
  source: PublicationSource;
  /** See MirrorOptions; default: always. */
  isLoaded?: (() => boolean) | undefined;
  onStatus: (status: MirrorStatus) => void;
  /** See ./mirror. */
  onLost?: (count: number) => void;
}

export interface OpenedMirror extends Pick<Mirror, 'start' | 'note' | 'acceptEmpty' | 'settle'> {
  close: () => Promise<void>;
}

/** A script that writes takes a fraction of a millisecond; this is for a Redis that is busy with others. */
const MOST_CLOSING_MS = 1000;
const WRITE_TIMEOUT_MS = 10_000;

export function openMirror(
  settings: RedisSettings,
  { prefix, source, isLoaded = () => true, onStatus, onLost }: OpenMirrorOptions,
): OpenedMirror {
  const keys = createKeys(prefix);
  const client = connectRedis(settings, {
    commandTimeoutMs: WRITE_TIMEOUT_MS,
    name: 'davit-writer',
    isAutoPipelined: true,
    unpipelined: UNPIPELINED,
    onFault: (fault) => (connectionFault = fault),
  });
  let connectionFault: Error | undefined;
  // Whoever looks into Redis sees which machine and process it is.
  const lease = createLease(client, keys, `${hostname()} ${process.pid} ${randomUUID()}`);
  const mirror = new Mirror({
    client,
    keys,
    lease,
    source,
    isLoaded,
    onLost: (count) => onLost?.(count),
    onStatus: (status) => {
      // Why there is no connection says more than that there is none.
      const isApart = status.state === 'faulty' && client.status !== 'ready' && connectionFault !== undefined;
      onStatus(isApart ? { ...status, fault: connectionFault as Error } : status);
    },
  });
  return {
    start: () => mirror.start(),
    note: (name) => mirror.note(name),
    acceptEmpty: () => mirror.acceptEmpty(),
    settle: () => mirror.settle(),
    close: async () => {
      // A Redis that does not answer holds up nobody's end.
      await Promise.race([mirror.close(), delay(MOST_CLOSING_MS, undefined, { ref: false })]);
      client.disconnect();
    },
  };
}
