/**
 * A crowd of bad clients for one server: those that say nothing, those that say it slowly, and those that send what is no
 * request. They stay until the server throws them out.
 */
import { openRaw, statusesOf, type RawConnection } from '../support/raw-connection';

const HOST = 'Host: registry.example.com\r\n';
export const PULL = `GET /v2/example/tools/manifests/latest HTTP/1.1\r\n${HOST}\r\n`;

/** Fewer than the system queues for a server that is busy: what is beyond would wait a second to be tried again. */
const OPEN_AT_ONCE = 200;

export interface Crowd {
  connections: RawConnection[];
  /** How many the server has thrown out. */
  countClosed: () => number;
  /** Hangs up, all of them. */
  leave: () => void;
}

/** What a client of each kind sends as soon as it is connected, and how many there are of it. */
export type Kinds = readonly (readonly [count: number, bytes: string])[];

export const SILENT = '';
export const KEPT_ALIVE = PULL;
export const SLOW = PULL.slice(0, 24);
export const BAD: string[] = [
  // Headers of 64 kB.
  PULL.replace('\r\n', `\r\nX-Long: ${'a'.repeat(64 * 1024)}\r\n`),
  // Good ones, and then none.
  `${PULL.repeat(5)}garbage\r\n\r\n${PULL}`,
  // Binary junk.
  Buffer.from(Array.from({ length: 4096 }, (_, at) => (at * 167 + 13) % 256)).toString('latin1'),
  // The hello of TLS, on a port that may speak something else.
  '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
];
/** A body that is begun, and never ends. */
export const HALF_A_BODY = `POST /v2/ HTTP/1.1\r\n${HOST}Content-Length: 100000\r\n\r\nhalf`;

const DRIP_EVERY_MS = 200;

/** Resolves when all are connected and have sent what they send. */
export async function gatherCrowd(url: string, kinds: Kinds): Promise<Crowd> {
  const all = kinds.flatMap(([count, bytes]) => Array<string>(count).fill(bytes));
  const connections: RawConnection[] = [];
  const slow: RawConnection[] = [];
  while (connections.length < all.length) {
    const next = all.slice(connections.length, connections.length + OPEN_AT_ONCE);
    const opened = await Promise.all(
      next.map(async (bytes) => {
        const connection = await openRaw(url);
        if (bytes !== '') connection.socket.write(bytes, 'latin1');
        if (bytes === SLOW) slow.push(connection);
        return connection;
      }),
    );
    connections.push(...opened);
  }
  const drip = setInterval(() => {
    for (const { socket, isClosed } of slow) if (!isClosed() && socket.writable) socket.write('a');
  }, DRIP_EVERY_MS);
  return {
    connections,
    countClosed: () => connections.filter(({ isClosed }) => isClosed()).length,
    leave: () => {
      clearInterval(drip);
      for (const { socket } of connections) socket.destroy();
    },
  };
}

/** What all clients were answered, without those that were not answered at all. */
export const answersOf = ({ connections }: Crowd): number[][] =>
  connections.map(({ received }) => statusesOf(received())).filter((statuses) => statuses.length > 0);
