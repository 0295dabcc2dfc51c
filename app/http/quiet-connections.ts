/**
 * Disconnects who is quiet: nothing was read and nothing written for the idle time, or at most a look longer.
 *
 * It is node's timer of the socket that does so, and knows whether a slow client still reads. But every read and every write puts it off, which costs more
 * than to see now and then which connections are quiet, and to set it on these.
 */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { lookEveryMs } from './look-interval';

interface Seen {
  /** Read and written, at the last look. */
  bytes: number;
  isTimed: boolean;
}

/** `event`: of the server, which brings the sockets that carry requests. */
export function disconnectQuiet(server: Server, event: 'connection' | 'secureConnection', idleTimeoutMs: number): void {
  const everyMs = lookEveryMs(idleTimeoutMs);
  // Who was as quiet at the look before has been so for that long already.
  const restMs = Math.max(idleTimeoutMs - everyMs, 1);
  const connections = new Map<Socket, Seen>();
  server.on(event, (socket: Socket) => {
    connections.set(socket, { bytes: -1, isTimed: false });
    socket.once('close', () => connections.delete(socket));
  });
  const looking = setInterval(() => {
    for (const [socket, seen] of connections) look(socket, seen, restMs);
  }, everyMs);
  looking.unref();
  server.once('close', () => clearInterval(looking));
}

function look(socket: Socket, seen: Seen, restMs: number): void {
  const bytes = socket.bytesRead + socket.bytesWritten;
  const isQuiet = bytes === seen.bytes;
  seen.bytes = bytes;
  if (isQuiet === seen.isTimed) return;
  seen.isTimed = isQuiet;
  socket.setTimeout(isQuiet ? restMs : 0);
}
