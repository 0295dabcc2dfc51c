/**
 * Which process has accepted a connection, as the kernel tells it (proc(5)): the row of the connection in `net/tcp` names a socket,
 * and the process has a file descriptor that is a link to it.
 *
 *     sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
 *      1: 0100007F:1388 0100007F:D2F0 01 00000000:00000000 00:00000000 00000000     0        0 48311 …
 */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

const ESTABLISHED = '01';
const READINGS = 3;

/**
 * The clients' ports of the connections to `serverPort` that a process has, which accepts no more. The table is read in pieces, and
 * others open and close connections meanwhile: a row may be passed over, but hardly every time.
 */
export const portsOf = (pid: number, serverPort: number): number[] => [
  ...new Set(Array.from({ length: READINGS }, () => readPorts(pid, serverPort)).flat()),
];

function readPorts(pid: number, serverPort: number): number[] {
  const sockets = new Set(socketsOf(pid));
  const rows = readFileSync('/proc/net/tcp', 'utf8').trim().split('\n').slice(1);
  return rows.flatMap((row) => {
    const [, local = '', remote = '', state, , , , , , inode = ''] = row.trim().split(/\s+/);
    const isOurs = state === ESTABLISHED && portIn(local) === serverPort && sockets.has(`socket:[${inode}]`);
    return isOurs ? [portIn(remote)] : [];
  });
}

const portIn = (address: string): number => parseInt(address.split(':')[1] ?? '', 16);

function socketsOf(pid: number): string[] {
  const directory = `/proc/${pid}/fd`;
  return readdirSync(directory).flatMap((descriptor) => {
    try {
      return [readlinkSync(`${directory}/${descriptor}`)];
    } catch {
      // Closed since.
      return [];
    }
  });
}
