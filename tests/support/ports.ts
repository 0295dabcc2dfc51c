/**
 * Free loopback ports for programs that cannot listen on port 0 and tell which one they got.
 * The port is free at the time of asking; a program that finds it taken all the same says so and fails its test.
 */
import { createConnection, createServer, type AddressInfo, type Server } from 'node:net';

const loopback = '127.0.0.1';

export async function findFreePort(): Promise<number> {
  const [port] = await findFreePorts(1);
  return port as number;
}

/** All different: one that was asked for after another might be the same. */
export async function findFreePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const listen = (server: Server): Promise<void> =>
    new Promise((resolve, reject) => server.once('error', reject).listen(0, loopback, resolve));
  await Promise.all(servers.map(listen));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
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
