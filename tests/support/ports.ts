/**
 * Free loopback ports for programs that cannot listen on port 0 and tell which one they got.
 *
 * None of them is one that the kernel gives to anybody who asks for just any port, be it to listen or to connect: between the moment when
 * a port was found free and that when a program listens on it, and while that program is being started again, others go on asking. The
 * ports of the tests that run beside these are others, too. A program that finds its port taken all the same says so and fails its test.
 */
import { createConnection, createServer, type AddressInfo } from 'node:net';
import { readFileSync } from 'node:fs';

const loopback = '127.0.0.1';

/** Above those that well-known services have. */
const FIRST_PORT = 15_000;
/** Of one process that runs tests; where it has gone through all of them, it begins again. */
const PORTS_OF_A_WORKER = 1000;

let ahead = Math.floor(Math.random() * PORTS_OF_A_WORKER);

export async function findFreePort(): Promise<number> {
  const [port] = await findFreePorts(1);
  return port as number;
}

/** All different. */
export async function findFreePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  for (let tries = 0; ports.length < count && tries < PORTS_OF_A_WORKER; tries++) {
    const port = await tryPort(nextPort());
    if (port !== undefined && !ports.includes(port)) ports.push(port);
  }
  if (ports.length < count) throw new Error(`fewer than ${count} of ${PORTS_OF_A_WORKER} ports are free`);
  return ports;
}

/** 0, which is any, where the kernel gives away all ports. */
function nextPort(): number {
  const worker = Number(process.env['JEST_WORKER_ID'] ?? 1) - 1;
  const places = Math.floor((firstGivenPort() - FIRST_PORT) / PORTS_OF_A_WORKER);
  ahead = (ahead + 1) % PORTS_OF_A_WORKER;
  return places < 1 ? 0 : FIRST_PORT + (worker % places) * PORTS_OF_A_WORKER + ahead;
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
    server.listen(port, loopback, () => {
      const { port: free } = server.address() as AddressInfo;
      server.close(() => resolve(free));
    });
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
