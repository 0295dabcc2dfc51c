/** Tells before any worker is started whether one will be able to listen. */
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

/** Resolves to the port: a free one, if 0 was asked for. Rejects with what `listen` says. */
export async function probePort(host: string, port: number): Promise<number> {
  const server = createServer();
  server.listen({ port, ...(host !== '' && { host }) });
  await once(server, 'listening');
  const { port: found } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return found;
}
