/**
 * A Redis cluster of three masters on free loopback ports, each with a third of the slots; on demand with a replica of
 * the first. Ready means that every node says cluster_state:ok.
 */
import { findFreePorts } from './ports';
import { startRedis, type RedisServer, type RedisServerOptions } from './redis';
import { until } from './until';

export interface RedisCluster {
  readonly masters: readonly [RedisServer, RedisServer, RedisServer];
  /** Of the first master. */
  readonly replica?: RedisServer;
  /** redis-cluster://[user][:password]@127.0.0.1:port,127.0.0.1:port,… of the masters */
  readonly url: string;
  stop(): Promise<void>;
}

export interface RedisClusterOptions extends Omit<RedisServerOptions, 'port'> {
  hasReplica?: boolean;
}

/** What a node must miss before it counts as failed. */
const nodeTimeoutMs = 2000;
const slots = [
  [0, 5460],
  [5461, 10_922],
  [10_923, 16_383],
] as const;

export async function startRedisCluster({
  hasReplica = false,
  ...options
}: RedisClusterOptions = {}): Promise<RedisCluster> {
  const started: RedisServer[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(started.map((node) => node.stop()));
  };
  const startNode = async (): Promise<[node: RedisServer, busPort: number]> => {
    const [port, busPort] = (await findFreePorts(2)) as [number, number];
    const node = await startRedis({
      ...options,
      port,
      args: [...listArguments(busPort, options), ...(options.args ?? [])],
    });
    started.push(node);
    return [node, busPort];
  };
  try {
    const [first, second, third] = [await startNode(), await startNode(), await startNode()];
    const masters = [first[0], second[0], third[0]] as const;
    await Promise.all(masters.map((node, i) => node.run('CLUSTER', 'ADDSLOTSRANGE', ...(slots[i] ?? []).map(String))));
    // Two nodes that begin with the same epoch agree on it only after they have met.
    await Promise.all(masters.map((node, i) => node.run('CLUSTER', 'SET-CONFIG-EPOCH', String(i + 1))));
    const replica = hasReplica ? await startNode() : undefined;
    for (const [node, busPort] of [second, third, ...(replica ? [replica] : [])]) {
      await masters[0].run('CLUSTER', 'MEET', '127.0.0.1', String(node.port), String(busPort));
    }
    await awaitAgreement(started);
    if (replica) await follow(replica[0], masters[0]);
    const [protocol = '', rest = ''] = masters[0].url.split('://');
    const nodes = [rest, ...masters.slice(1).map(({ port }) => `127.0.0.1:${port}`)];
    return { masters, ...(replica && { replica: replica[0] }), url: `${protocol}-cluster://${nodes.join(',')}`, stop };
  } catch (cause) {
    await stop();
    throw cause;
  }
}

function listArguments(busPort: number, { tls, password }: RedisServerOptions): string[] {
  return [
    ...['--cluster-enabled', 'yes', '--cluster-port', String(busPort), '--cluster-node-timeout', String(nodeTimeoutMs)],
    // Nobody has to look for a replica that is missing: a master may lose its only one.
    ...['--cluster-allow-replica-migration', 'no', '--repl-diskless-sync-delay', '0'],
    // However long ago a replica has heard of its master: it takes over.
    ...['--cluster-replica-validity-factor', '0'],
    ...(tls ? ['--tls-cluster', 'yes', '--tls-replication', 'yes'] : []),
    ...(password === undefined ? [] : ['--masterauth', password]),
  ];
}

/** The whole cluster, as every node sees it. */
async function awaitAgreement(nodes: readonly RedisServer[]): Promise<void> {
  const agrees = async (node: RedisServer): Promise<boolean> => {
    const info = await node.run('CLUSTER', 'INFO');
    return info.includes('cluster_state:ok') && info.includes(`cluster_known_nodes:${nodes.length}`);
  };
  await until(
    'every node of the Redis cluster says ok',
    async () => (await Promise.all(nodes.map(agrees))).every(Boolean),
    {
      timeoutMs: 60_000,
    },
  );
}

async function follow(replica: RedisServer, master: RedisServer): Promise<void> {
  await replica.run('CLUSTER', 'REPLICATE', await master.run('CLUSTER', 'MYID'));
  const isInStep = async (): Promise<boolean> =>
    (await replica.run('INFO', 'replication')).includes('master_link_status:up');
  await until('the replica has the data of its master', isInStep, { timeoutMs: 60_000 });
}
