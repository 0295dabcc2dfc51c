/**
 * A request that costs what is asked of it. Of most pulls, nobody asks for more than the path and a header or two, and what node does
 * for all requests, and is left out here, takes longer than to find the answer:
 *
 * - `headers`. Node looks whether Host and Expect are there, before it hands a request over, and for that makes an object of all
 *   headers. Until then these two are in it; from then on it is node's own. What observes requests before that (the channel
 *   `http.server.request.start`, `PerformanceObserver`) sees no more, and can read `rawHeaders`.
 * - `end` and `close`. Node reads to its end what nobody has read, which takes several turns of its streams. A request that is there as
 *   a whole, has nothing to be read, and to which nobody listens, counts as read.
 */
import { IncomingMessage, type IncomingHttpHeaders, type Server } from 'node:http';
import { Readable } from 'node:stream';
import { findLine, nextLine } from './header-lines';

interface NodeMessage {
  /** Called when the answer is out and nobody has read the request. */
  _dump?: () => void;
}

const NODE = IncomingMessage.prototype as NodeMessage;

const ENDED = Object.getOwnPropertyDescriptor(Readable.prototype, 'readableEnded') as {
  get: (this: Readable) => boolean;
};

/** Made from the lines when it is read first. */
const HEADERS = Object.getOwnPropertyDescriptor(IncomingMessage.prototype, 'headers') as {
  get: (this: IncomingMessage) => IncomingHttpHeaders;
  set: (this: IncomingMessage, headers: IncomingHttpHeaders) => void;
};

export class LazyMessage extends IncomingMessage implements NodeMessage {
  isHandedOver = false;
  /** What node looks at; undefined: it has not yet, or looks at all. */
  firstLook: IncomingHttpHeaders | undefined = undefined;

  /** Counts as read to its end. */
  isLetGo = false;

  _dump(): void {
    const isOver = this.complete && this.readableLength === 0;
    if (isOver && this.listenerCount('end') === 0 && this.listenerCount('close') === 0) this.isLetGo = true;
    else NODE._dump?.call(this);
  }
}

function readHeaders(this: LazyMessage): IncomingHttpHeaders {
  // Of HTTP/1.0, node looks at others too.
  if (this.isHandedOver || this.httpVersionMinor === 0) return HEADERS.get.call(this);
  return (this.firstLook ??= lookAt(this.rawHeaders)) ?? HEADERS.get.call(this);
}

/** Undefined: node will act on what it finds. */
function lookAt(lines: readonly string[]): IncomingHttpHeaders | undefined {
  const host = findLine(lines, 'Host');
  return host !== undefined && nextLine(lines, 'Expect', 0) < 0 ? { host, expect: undefined } : undefined;
}

/** Until then, the connection keeps the request. */
function isReadToItsEnd(this: LazyMessage): boolean {
  return this.isLetGo || ENDED.get.call(this);
}

// Not in the class: to TypeScript, the one that it extends has properties of these names, and no accessors.
Object.defineProperties(LazyMessage.prototype, {
  headers: { configurable: true, get: readHeaders, set: HEADERS.set },
  readableEnded: { configurable: true, get: isReadToItsEnd },
});

/** `server` makes such requests. No event of a server has more than three subjects. */
export function handOverRequests(server: Server): void {
  const node = Object.getPrototypeOf(server) as { emit: (this: Server, event: string, ...of: unknown[]) => boolean };
  // Before anybody else: agents put themselves where node's `emit` was, which is therefore looked up each time.
  server.emit = (event: string, first?: unknown, second?: unknown, third?: unknown): boolean => {
    if (first instanceof LazyMessage) first.isHandedOver = true;
    return node.emit.call(server, event, first, second, third);
  };
}
