/**
 * Gives a connection up whose peer has gone silent: a machine without power, or a network that swallows packets, closes nothing, and the
 * kernel goes on sending for a quarter of an hour. A ping each second is answered within the time for commands, or the connection is made anew.
 */
import { Cluster, type Redis } from 'ioredis';
import { isBeingLeft } from './is-being-left';

const pulseIntervalMs = 1000;

export function watchPulse(client: Redis | Cluster): void {
  const feel = (): void => {
    if (!(client instanceof Cluster)) void ping(client, () => client.disconnect(true));
    // The cluster makes a new connection to a node that it has lost: ./cluster-nodes.
    else for (const node of client.nodes()) void ping(node, () => node.disconnect());
  };
  let timer: NodeJS.Timeout | undefined;
  client.on('ready', () => {
    clearInterval(timer);
    timer = setInterval(feel, pulseIntervalMs).unref();
  });
  client.on('close', () => clearInterval(timer));
}

async function ping(connection: Redis, giveUp: () => void): Promise<void> {
  if (connection.status !== 'ready') return;
  const { stream } = connection;
  try {
    await connection.ping();
  } catch (error) {
    // Any answer is a sign of life, a refusal too; a connection that has ended needs no help.
    const isSilent = (error as Error).message === 'Command timed out';
    if (isSilent && isStillThere(connection, stream)) giveUp();
  }
}

const isStillThere = (connection: Redis, stream: Redis['stream']): boolean =>
  connection.status === 'ready' && connection.stream === stream && !isBeingLeft(connection);
