/**
 * Connects to Redis: one server, the master that sentinels name, or a cluster. Nothing is sent here but what ioredis says by itself.
 *
 * What holds for all three:
 *   - A command is sent once. While there is no connection it is refused at once; when the connection ends before the answer, nobody
 *     knows whether it was done, and it is refused. Only a cluster sends it on: to the node that has the slot, when another one refused it.
 *   - After the first moment and after every loss, it is tried again for ever, at least every 500 ms.
 *   - A peer that vanished without a word is noticed: ./pulse.
 */
import { Cluster, Redis, type ClusterOptions, type RedisOptions } from 'ioredis';
import { keepNodesConnected } from './cluster-nodes';
import { hearEveryError } from './hear-every-error';
import { isBeingLeft } from './is-being-left';
import { watchPulse } from './pulse';
import { watchFailover } from './watch-failover';

hearEveryError();

export interface RedisSettings {
  kind: 'single' | 'sentinel' | 'cluster';
  /** At least one: the server, the sentinels, or some nodes of the cluster. */
  nodes: readonly { host: string; port: number }[];
  /** Needed by sentinels. */
  masterName?: string;
  username?: string;
  password?: string;
  sentinelPassword?: string;
  db?: number;
  usesTls: boolean;
  /** PEM. Absent: the authorities that Node.js knows. */
  tlsCa?: string;
}

export interface ConnectOptions {
  /** A command that is not answered by then is refused; Redis may do it all the same. */
  commandTimeoutMs: number;
  /** How Redis' CLIENT LIST calls it. Default: davit. */
  name?: string;
  /** Commands of one turn of the event loop travel together. Default: false. */
  isAutoPipelined?: boolean;
  /** Commands that nevertheless travel alone: those that do not begin with a key, of which ioredis does not know the node. */
  unpipelined?: readonly string[];
  /** Told of every attempt that failed and every connection that broke: ./describe-fault has words for it. */
  onFault?(error: Error): void;
}

export type RedisClient = Redis | Cluster;

const connectTimeoutMs = 1500;
const mostRetryDelayMs = 500;
/** Of a connection that is given up: how long its peer may take to agree. */
const disconnectTimeoutMs = 250;
const keepAliveMs = 5000;

export const retryDelayMs = (attempts: number): number => Math.min(attempts * 50, mostRetryDelayMs);

export function connectRedis(settings: RedisSettings, options: ConnectOptions): RedisClient {
  const client = settings.kind === 'cluster' ? createCluster(settings, options) : createSingle(settings, options);
  // Without a listener, ioredis writes errors to the console.
  client.on('error', (error: Error) => options.onFault?.(error));
  watchPulse(client);
  return client;
}

/** Ready for commands: of a cluster, every node is connected. */
export const isConnected = (client: RedisClient): boolean =>
  client.status === 'ready' && (!(client instanceof Cluster) || client.nodes('master').every(isReady));

const isReady = ({ status }: Redis): boolean => status === 'ready';

function createSingle(settings: RedisSettings, options: ConnectOptions): Redis {
  const { kind, nodes, masterName = '', sentinelPassword, db = 0 } = settings;
  let client: Redis;
  const common: RedisOptions = {
    ...connectionOptions(settings, options),
    db,
    retryStrategy: retryDelayMs,
    enableOfflineQueue: false,
    enableAutoPipelining: options.isAutoPipelined ?? false,
    autoPipeliningIgnoredCommands: [...(options.unpipelined ?? [])],
    // A master that has become a replica behind the same address: the next connection leads to the new one.
    reconnectOnError: ({ message }) => message.startsWith('READONLY') && !isBeingLeft(client),
  };
  if (kind === 'single') return (client = new Redis({ ...common, ...nodes[0] }));
  client = new Redis({
    ...common,
    sentinels: nodes.map((node) => ({ ...node })),
    name: masterName,
    sentinelRetryStrategy: retryDelayMs,
    sentinelCommandTimeout: connectTimeoutMs,
    ...(sentinelPassword !== undefined && { sentinelPassword }),
    ...(settings.usesTls && { enableTLSForSentinelMode: true, sentinelTLS: tlsOptions(settings) }),
  });
  watchFailover(client, masterName, listSentinelOptions(settings, options));
  return client;
}

/** For connections to the sentinels themselves, which have credentials of their own and no databases. */
function listSentinelOptions(settings: RedisSettings, { name }: ConnectOptions): RedisOptions[] {
  const { nodes, sentinelPassword: password, usesTls, tlsCa } = settings;
  const own = { usesTls, ...(password !== undefined && { password }), ...(tlsCa !== undefined && { tlsCa }) };
  const connection = connectionOptions(
    { kind: 'single', nodes, ...own },
    { commandTimeoutMs: connectTimeoutMs, ...(name !== undefined && { name }) },
  );
  return nodes.map((node) => ({ ...connection, ...node, enableOfflineQueue: false, retryStrategy: retryDelayMs }));
}

function createCluster(settings: RedisSettings, options: ConnectOptions): Cluster {
  const clusterOptions: ClusterOptions = {
    enableOfflineQueue: false,
    enableAutoPipelining: options.isAutoPipelined ?? false,
    autoPipeliningIgnoredCommands: [...(options.unpipelined ?? [])],
    clusterRetryStrategy: retryDelayMs,
    // 0: a command whose connection ended is not sent again, and neither is one that came while the cluster was down.
    retryDelayOnFailover: 0,
    retryDelayOnClusterDown: 0,
    slotsRefreshTimeout: connectTimeoutMs,
    // Names stay names: a certificate holds them, not the addresses behind them.
    dnsLookup: (host, done) => done(null, host),
    redisOptions: connectionOptions(settings, options),
  };
  const cluster = new Cluster(
    settings.nodes.map((node) => ({ ...node })),
    clusterOptions,
  );
  cluster.on('node error', (error: Error) => options.onFault?.(error));
  keepNodesConnected(cluster, mostRetryDelayMs);
  return cluster;
}

/** For every connection to a server, whatever it is a part of. */
export function connectionOptions(
  settings: RedisSettings,
  { commandTimeoutMs, name = 'davit' }: ConnectOptions,
): RedisOptions {
  const { username, password } = settings;
  return {
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(settings.usesTls && { tls: tlsOptions(settings) }),
    connectionName: name,
    connectTimeout: connectTimeoutMs,
    commandTimeout: commandTimeoutMs,
    disconnectTimeout: disconnectTimeoutMs,
    keepAlive: keepAliveMs,
    maxLoadingRetryTime: mostRetryDelayMs,
    // 0: what was sent and not answered is refused when the connection ends. With any other number it would wait.
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
  };
}

const tlsOptions = ({ tlsCa }: RedisSettings): { ca?: string } => (tlsCa === undefined ? {} : { ca: tlsCa });
