/**
 * Before a run of tests begins: gives it ports that no other run has which is on the machine at the same time, a place of ./ports for each
 * process that runs tests. A place is claimed by listening on its first port, which ends with the run, however it ends.
 */
import { createServer, type AddressInfo, type Server } from 'node:net';
import { CLAIMED_PLACES, listPlaces, LOOPBACK } from './ports';

/** What jest calls. */
export default async function claimPorts({ maxWorkers }: { maxWorkers: number }): Promise<void> {
  const claims = await claimPlaces(maxWorkers);
  if (claims.length === 0 && listPlaces().length > 0) throw new Error('other runs of tests have all ports');
  process.env[CLAIMED_PLACES] = claims.map((claim) => (claim.address() as AddressInfo).port).join();
}

/** Fewer if there are no more: processes of one run can share. Nothing waits for these servers to be closed. */
export async function claimPlaces(count: number): Promise<Server[]> {
  const claims: Server[] = [];
  // The last one is that of programs that are no run of tests.
  for (const place of listPlaces().slice(0, -1)) {
    const claim = claims.length < count ? await listenOn(place) : undefined;
    if (claim) claims.push(claim.unref());
  }
  return claims;
}

/** Undefined: somebody else does. */
function listenOn(port: number): Promise<Server | undefined> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(undefined));
    server.listen(port, LOOPBACK, () => resolve(server));
  });
}
