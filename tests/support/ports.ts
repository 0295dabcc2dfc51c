/**
 * Free loopback ports for programs that cannot listen on port 0 and tell which one they got, or that come back to a port.
 *
 * A port is free when it is asked for, and must stay so until the program listens, and while it is away for a while. So the ports are
 * below those that the system gives away by itself (ip_local_port_range), and every worker of jest has some of its own, which it takes in turn.
 */
import { readFileSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';

const loopback = '127.0.0.1';
const LOWEST = 10_240;
/** Workers of jest that have ports of their own. */
const SHARES = 8;
const SYSTEM_RANGE = '/proc/sys/net/ipv4/ip_local_port_range';

const [first, count] = findShare(Number(process.env['JEST_WORKER_ID'] ?? 1));
/** Not always the same for the next suite: what has just ended may still have its ports. */
let turn = Math.floor(Math.random() * count);

export async function findFreePort(): Promise<number> {
  for (let tried = 0; tried < count; tried++) {
    const port = first + (turn++ % count);
    if (await isFree(port)) return port;
  }
  throw new Error(`no port from ${first} to ${first + count - 1} is free`);
}

/** All different. */
export async function findFreePorts(most: number): Promise<number[]> {
  const ports: number[] = [];
  while (ports.length < most) ports.push(await findFreePort());
  return ports;
}

function findShare(worker: number): [first: number, count: number] {
  const [lowestOfSystem = 32_768] = readFileSync(SYSTEM_RANGE, 'utf8').trim().split(/\s+/).map(Number);
  const size = Math.floor((lowestOfSystem - LOWEST) / SHARES);
  return [LOWEST + ((worker - 1) % SHARES) * size, size];
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, loopback, () => server.close(() => resolve(true)));
  });
}

/** True when something accepts connections there. */
export function acceptsConnections(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: loopback, port });
    const answer = (isOpen: boolean): void => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.once('connect', () => answer(true)).once('error', () => answer(false));
  });
}
