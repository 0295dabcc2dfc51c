/** Starts a server on a free port of loopback, and ends it, with all its connections, after the test. */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

const servers: Server[] = [];

const close = (server: Server): Promise<unknown> =>
  new Promise((resolve) => {
    server.close(resolve);
    server.closeAllConnections();
  });

afterEach(() => Promise.all(servers.splice(0).map(close)));

/** Resolves to its address, such as http://127.0.0.1:12345. */
export async function listen(server: Server): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
