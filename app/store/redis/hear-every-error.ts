/**
 * Keeps a second error of one connection from ending the process.
 *
 * ioredis listens for the first error of a socket, and for no other. A TLS connection that is left in the middle of its handshake may have
 * two: its certificate is not trusted, and its peer complains of the end. Node.js throws an error that nobody listens to. The first one has
 * told all there is to tell.
 */
import { Redis } from 'ioredis';

type Stream = Redis['stream'];

/** For all connections that ioredis makes from now on, also those to sentinels and nodes that it keeps to itself. */
export function hearEveryError(): void {
  const streams = new WeakMap<Redis, Stream>();
  Object.defineProperty(Redis.prototype, 'stream', {
    configurable: true,
    get(this: Redis) {
      return streams.get(this);
    },
    set(this: Redis, stream: Stream) {
      stream.on('error', () => undefined);
      streams.set(this, stream);
    },
  });
}
