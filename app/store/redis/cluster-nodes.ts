/**
 * Keeps a connection to every node of a cluster. ioredis connects to a node when the first command goes there, and refuses all others
 * until then; and of a node that it has lost it asks no more, until another node tells it to.
 */
import type { Cluster, Redis } from 'ioredis';

export function keepNodesConnected(cluster: Cluster, refreshDelayMs: number): void {
  let timer: NodeJS.Timeout | undefined;
  const refreshSoon = (): void => {
    timer ??= setTimeout(refresh, refreshDelayMs).unref();
  };
  const refresh = (): void => {
    timer = undefined;
    if (cluster.status !== 'ready') return;
    // The nodes that are to be there come back as +node, whether they can be reached or not.
    cluster.refreshSlotsCache((error) => {
      if (error) refreshSoon();
    });
  };
  cluster.on('-node', refreshSoon);
  // Not before the cluster is ready: the question whether it is goes to a node that nobody has connected to, or is refused.
  cluster.on('ready', () => cluster.nodes().forEach(connect));
  cluster.on('+node', (node: Redis) => {
    if (cluster.status === 'ready') connect(node);
  });
}

function connect(node: Redis): void {
  // The cluster tells of a failure as a node error.
  if (node.status === 'wait') void node.connect().catch(() => undefined);
}
