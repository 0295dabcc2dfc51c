/** Reads from a node:http request what its answer can depend on. */
import type { IncomingMessage } from 'node:http';

/** What of a request an answer can depend on. */
export interface RequestFacts {
  method: string;
  /** As it came, undecoded, without the query. */
  path: string;
  /** Without the question mark; empty: none. */
  query: string;
  accept: string | undefined;
  userAgent: string | undefined;
  /** Host header. */
  host: string | undefined;
}

/** A proxy may send the absolute form: `GET http://registry.example.com/v2/ HTTP/1.1`. */
const ORIGIN = /^https?:\/\/[^/?]*/i;

/** Path and query of a request target, beginning with a slash. */
export function originForm(url: string): string {
  if (url.startsWith('/')) return url;
  const rest = url.replace(ORIGIN, '');
  return rest.startsWith('/') ? rest : `/${rest}`;
}

export function readFacts({ method = 'GET', url = '/', headers }: IncomingMessage): RequestFacts {
  const target = originForm(url);
  const queryAt = target.indexOf('?');
  return {
    method,
    path: queryAt < 0 ? target : target.slice(0, queryAt),
    query: queryAt < 0 ? '' : target.slice(queryAt + 1),
    accept: headers.accept,
    userAgent: headers['user-agent'],
    host: headers.host,
  };
}
