/**
 * Free loopback ports for programs that cannot listen on port 0 and tell which one they got.
 * The port is free at the time of asking; a program that finds it taken all the same says so and fails its test.
 */
import { createConnection, createServer } from 'node:net';

const loopback = '127.0.0.1';

export async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, loopback, resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('the kernel named no port');
  return address.port;
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
