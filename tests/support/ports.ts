/**
 * Free loopback ports for programs that cannot listen on port 0 and tell which one they got.
 *
 * None of them is one that the kernel gives to anybody who asks for just any port, be it to listen or to connect: between the moment when
 * a port was found free and that when a program listens on it, and while that program is being started again, others go on asking. The
 * ports of the tests that run beside these are others, too, also of those of another run: ./claim-ports. Where there are not enough ports
 * for that, some are shared. A program that finds its port taken all the same says so and fails its test.
 */
import { createConnection, createServer, type AddressInfo } from 'node:net';
import { readFileSync } from 'node:fs';

export const LOOPBACK = '127.0.0.1';

/** Above those that well-known services have. */
const FIRST_PORT = 15_000;
/** In a place: the ports of one process that runs tests. Where it has gone through all of them, it begins again. */
const PORTS_OF_A_PLACE = 1000;
/** The variable with the places of this run. None: the last one is shared by all that have none. */
export const CLAIMED_PLACES = 'TEST_PORT_PLACES';

let ahead = Math.floor(Math.random() * PORTS_OF_A_PLACE);

export async function findFreePort(): Promise<number> {
  const [port] = await findFreePorts(1);
  return port as number;
}

/** All different. */
export async function findFreePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  for (let tries = 0; ports.length < count && tries < PORTS_OF_A_PLACE; tries++) {
    const port = await tryPort(nextPort());
    if (port !== undefined && !ports.includes(port)) ports.push(port);
  }
  if (ports.length < count) throw new Error(`fewer than ${count} of ${PORTS_OF_A_PLACE} ports are free`);
  return ports;
}

/** The first port of each place, which is not given to programs. One at least, also where the kernel gives away all ports. */
export function listPlaces(): number[] {
  const count = Math.max(1, Math.floor((firstGivenPort() - FIRST_PORT) / PORTS_OF_A_PLACE));
  return Array.from({ length: count }, (_, place) => FIRST_PORT + place * PORTS_OF_A_PLACE);
}

function nextPort(): number {
  const worker = Number(process.env['JEST_WORKER_ID'] ?? 1) - 1;
  const claimed = (process.env[CLAIMED_PLACES] ?? '').split(',').filter(Boolean).map(Number);
  const places = claimed.length > 0 ? claimed : listPlaces().slice(-1);
  ahead = (ahead % (PORTS_OF_A_PLACE - 1)) + 1;
  return (places[worker % places.length] ?? FIRST_PORT) + ahead;
}

/** The first of those that the kernel gives to whoever asks for any. */
function firstGivenPort(): number {
  try {
    return Number(readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').split(/\s+/)[0]);
  } catch {
    return 0;
  }
}

/** Undefined: somebody listens there. */
function tryPort(port: number): Promise<number | undefined> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(undefined));
    server.listen(port, LOOPBACK, () => {
      const { port: free } = server.address() as AddressInfo;
      server.close(() => resolve(free));
    });
  });
}

/** True when something accepts connections there. */
export function acceptsConnections(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: LOOPBACK, port });
    const answer = (isOpen: boolean): void => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.once('connect', () => answer(true)).once('error', () => answer(false));
  });
}
