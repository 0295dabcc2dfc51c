/**
 * Gives a run of tests ports that no other run has which is on the machine at the same time: a place of ./ports for each process that
 * runs tests. A place is claimed by listening on its first port, which ends with the run, however it ends.
 */
import { createServer, type AddressInfo, type Server } from 'node:net';
import { CLAIMED_PLACES, listPlaces, LOOPBACK } from './ports';

/** The claims of this process, which in watch mode begins one run after the other. */
export const held: Server[] = [];

/** Where no place is left, nothing is claimed, and the run shares that of programs that are no run of tests: ./ports. */
export async function claimPorts(processes: number): Promise<void> {
  held.push(...(await claimPlaces(processes - held.length)));
  process.env[CLAIMED_PLACES] = held.map((claim) => (claim.address() as AddressInfo).port).join();
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
