/** The ports that other tests give to programs. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { claimPlaces } from './claim-ports';
import { endAll } from './end-all';
import * as ports from './ports';

const { acceptsConnections, CLAIMED_PLACES, findFreePort, findFreePorts, listPlaces } = ports;

const ends: (() => unknown)[] = [];
afterEach(() => {
  jest.restoreAllMocks();
  return endAll(ends);
});

async function listen(port: number): Promise<void> {
  const server = createServer().listen(port, '127.0.0.1');
  ends.push(() => server.close());
  await once(server, 'listening');
}

it('can be listened on, all at once', async () => {
  const found = await findFreePorts(20);
  await Promise.all(found.map(listen));
  expect(new Set(found).size).toBe(20);
  expect(await Promise.all(found.map(acceptsConnections))).toEqual(found.map(() => true));
});

it('are not found as long as somebody listens there', async () => {
  // Two that begin at the same place, as two suites may.
  jest.spyOn(Math, 'random').mockReturnValue(0.5);
  const taken = await loadPorts().findFreePorts(20);
  const areTaken = (ports: number[]): number => ports.filter((port) => taken.includes(port)).length;
  expect(areTaken(await loadPorts().findFreePorts(20))).toBeGreaterThan(0);
  await Promise.all(taken.map(listen));
  expect(areTaken(await loadPorts().findFreePorts(20))).toBe(0);
});

function loadPorts(): typeof ports {
  let loaded = ports;
  jest.isolateModules(() => (loaded = jest.requireActual<typeof ports>('./ports')));
  return loaded;
}

it('are none of those that the kernel gives to whoever asks for any', async () => {
  const [first, last] = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').split(/\s+/).map(Number);
  const port = await findFreePort();
  const isGiven = port >= (first ?? 0) && port <= (last ?? 0);
  // Where the kernel gives away nearly all, there are no others.
  expect(isGiven).toBe((first ?? 0) < 16_000);
  expect(await acceptsConnections(port)).toBe(false);
});

it('are of a place that no other run of tests is given', async () => {
  const own = (process.env[CLAIMED_PLACES] ?? '').split(',').filter(Boolean).map(Number);
  const others = [...(await claimPlaces(1)), ...(await claimPlaces(1))];
  ends.push(...others.map((claim) => () => claim.close()));
  const all = [...own, ...others.map((claim) => (claim.address() as AddressInfo).port)];
  // Where the kernel gives away nearly all, there are none.
  expect(all.length >= 3).toBe(listPlaces().length > 3);
  expect(new Set(all).size).toBe(all.length);
  const port = await findFreePort();
  expect(own.filter((place) => place < port && port < place + 1000)).toHaveLength(Math.min(1, own.length));
});
