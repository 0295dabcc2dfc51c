/**
 * Reads from a node:http request what its answer can depend on. Headers are looked for in the lines as they came, when they
 * are asked for: most pulls need none of them, and node's object of all headers costs more than the rest of an answer.
 */
import type { IncomingMessage } from 'node:http';
import { findLine, nextLine } from './header-lines';

/** What of a request an answer can depend on. */
export interface RequestFacts {
  readonly method: string;
  /** As it came, undecoded, without the query. */
  readonly path: string;
  /** Without the question mark; empty: none. */
  readonly query: string;
  /** Accept headers, a line each. */
  readonly acceptLines: readonly string[];
  readonly userAgent: string | undefined;
  /** Host header. */
  readonly host: string | undefined;
}

/** A proxy may send the absolute form: `GET http://registry.example.com/v2/ HTTP/1.1`. */
const ORIGIN = /^https?:\/\/[^/?]*/i;

/** Path and query of a request target, beginning with a slash. */
export function originForm(url: string): string {
  if (url.startsWith('/')) return url;
  const rest = url.replace(ORIGIN, '');
  return rest.startsWith('/') ? rest : `/${rest}`;
}

/** Path and query, which is empty when there is none, of a request target in either form. */
export function parseTarget(url: string): { path: string; query: string } {
  const target = originForm(url);
  const queryAt = target.indexOf('?');
  return queryAt < 0
    ? { path: target, query: '' }
    : { path: target.slice(0, queryAt), query: target.slice(queryAt + 1) };
}

export const readFacts = (request: IncomingMessage): RequestFacts => new WireFacts(request);

class WireFacts implements RequestFacts {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly #lines: readonly string[];

  constructor({ method = 'GET', url = '/', rawHeaders }: IncomingMessage) {
    const { path, query } = parseTarget(url);
    this.method = method;
    this.path = path;
    this.query = query;
    this.#lines = rawHeaders;
  }

  get acceptLines(): readonly string[] {
    const found: string[] = [];
    for (let at = nextLine(this.#lines, 'Accept', 0); at >= 0; at = nextLine(this.#lines, 'Accept', at + 1)) {
      found.push(this.#lines[at] as string);
    }
    return found;
  }

  get userAgent(): string | undefined {
    return findLine(this.#lines, 'User-Agent');
  }

  get host(): string | undefined {
    return findLine(this.#lines, 'Host');
  }
}
