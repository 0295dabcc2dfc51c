/** The ports that other tests give to programs. */
import { once } from 'node:events';
import fs, { readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { claimPlaces, claimPorts, held } from './claim-ports';
import { endAll } from './end-all';
import * as ports from './ports';

const { acceptsConnections, CLAIMED_PLACES, findFreePort, findFreePorts } = ports;

const ends: (() => unknown)[] = [];
afterEach(() => {
  jest.restoreAllMocks();
  for (const server of held.splice(0)) server.close();
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
  // Where the kernel gives away nearly all, there may be no others.
  expect(isGiven && (first ?? 0) >= 16_000).toBe(false);
  expect(await acceptsConnections(port)).toBe(false);
});

it('are of a place that no other run of tests is given', async () => {
  const own = (process.env[CLAIMED_PLACES] ?? '').split(',').filter(Boolean).map(Number);
  const others = [...(await claim(1)), ...(await claim(1))];
  const all = [...own, ...others];
  expect(new Set(all).size).toBe(all.length);
  const port = await findFreePort();
  expect(own.filter((place) => isOf(place, port))).toHaveLength(Math.min(1, own.length));
});

it('stay those of the process in watch mode, which begins a run again', async () => {
  jest.replaceProperty(process, 'env', { ...process.env });
  await claimPorts(1);
  const first = process.env[CLAIMED_PLACES];
  await claimPorts(1);
  expect(process.env[CLAIMED_PLACES]).toBe(first);
  expect(await claim(1)).not.toContain(Number(first));
});

it.each([
  ['there is only one place', '16384 60999'],
  ['the kernel gives away all ports', '1024 65535'],
])('are shared where %s', async (_, range) => {
  jest.replaceProperty(process, 'env', { ...process.env });
  jest.spyOn(fs, 'readFileSync').mockReturnValue(range);
  await claimPorts(2);
  expect(process.env[CLAIMED_PLACES]).toBe('');
  expect(isOf(15_000, await findFreePort())).toBe(true);
});

it('are shared where other runs have claimed all places', async () => {
  jest.replaceProperty(process, 'env', { ...process.env });
  jest.spyOn(fs, 'readFileSync').mockReturnValue('17000 60999');
  await claim(1);
  await claimPorts(2);
  expect(process.env[CLAIMED_PLACES]).toBe('');
  expect(isOf(16_000, await findFreePort())).toBe(true);
});

const isOf = (place: number, port: number): boolean => place < port && port < place + 1000;

/** As another run does, and until the test ends. */
async function claim(count: number): Promise<number[]> {
  const claims = await claimPlaces(count);
  ends.push(...claims.map((server) => () => server.close()));
  return claims.map((server) => (server.address() as AddressInfo).port);
}
