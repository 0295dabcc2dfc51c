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

/** Path and query, which is empty when there is none, of a request target in either form. */
export function parseTarget(url: string): { path: string; query: string } {
  const target = originForm(url);
  const queryAt = target.indexOf('?');
  return queryAt < 0
    ? { path: target, query: '' }
    : { path: target.slice(0, queryAt), query: target.slice(queryAt + 1) };
}

export function readFacts({ method = 'GET', url = '/', headers }: IncomingMessage): RequestFacts {
  const { path, query } = parseTarget(url);
  return {
    method,
    path,
    query,
    accept: headers.accept,
    userAgent: headers['user-agent'],
    host: headers.host,
  };
}
