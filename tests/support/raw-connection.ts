/** A connection whose bytes are the test's own: opened, written to, and watched until the server hangs up. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface RawConnection {
  socket: Socket;
  /** Everything that came so far; characters are bytes. */
  received: () => string;
  isClosed: () => boolean;
  /** Resolves when the server has hung up, to everything that came. */
  ended: Promise<string>;
}

/** Plain TCP, to the port of any URL. */
export async function openRaw(url: string): Promise<RawConnection> {
  const { hostname, port } = new URL(url);
  const connection = watchConnection(connect(Number(port), hostname));
  if (connection.socket.connecting) await once(connection.socket, 'connect');
  return connection;
}

/** Reads all that comes. A connection that is cut may end in a reset, which is an end like any other. */
export function watchConnection(socket: Socket): RawConnection {
  let text = '';
  let isClosed = false;
  socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
  socket.on('error', () => undefined);
  const ended = new Promise<string>((resolve) => {
    socket.once('close', () => {
      isClosed = true;
      resolve(text);
    });
  });
  return { socket, received: () => text, isClosed: () => isClosed, ended };
}

export const statusesOf = (answers: string): number[] =>
  [...answers.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
