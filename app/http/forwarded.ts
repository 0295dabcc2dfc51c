/**
 * What proxies say of the request that they passed on: one hop for each proxy, the one nearest to us last.
 *
 *     X-Forwarded-For: 192.0.2.7, 10.0.0.1          Forwarded: for=192.0.2.7;proto=https;host="registry.example.com:8443",
 *     X-Forwarded-Proto: https                                 for="[2001:db8::1]:4711";proto=http
 *     X-Forwarded-Host: registry.example.com:8443
 *
 * Some proxies append to the X-Forwarded headers, others set them anew, so the lists may differ in length. They are aligned
 * at their ends, and a list that is too short has told all that it knows. Forwarded is RFC 7239; a value that needs quotes,
 * because it holds a port, is read without them, too. Pure.
 */
import type { IncomingHttpHeaders } from 'node:http';

/** Nothing of it has been checked. */
export interface Hop {
  /** The address of who asked that proxy, or what stands in its place. */
  client: string | undefined;
  proto: string | undefined;
  host: string | undefined;
}

/** Empty: nobody says anything. Undefined: what is said cannot be read. */
export function parseHops(headers: IncomingHttpHeaders): Hop[] | undefined {
  const clients = parseList(headers['x-forwarded-for']);
  const protos = parseList(headers['x-forwarded-proto']);
  const hosts = parseList(headers['x-forwarded-host']);
  const count = Math.max(clients.length, protos.length, hosts.length);
  // A proxy that writes one kind lets the other pass as the client wrote it. Most write this one.
  if (count === 0) return parseForwarded(headers.forwarded ?? '');
  return Array.from({ length: count }, (_, position) => ({
    client: withoutPort(clients.at(position - count)),
    proto: protos.at(position - count) ?? protos[0],
    host: hosts.at(position - count) ?? hosts[0],
  }));
}

const parseList = (header: string | string[] = ''): string[] =>
  String(header)
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');

/** `name=value` or nothing, and what ends it. No run of blanks can be read in two ways, which would take long. */
const PAIR = /[ \t]*(?![ \t])(?:([\w!#$%&'*+.^`|~-]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s",;\\]+)))?[ \t]*([,;]|$)/y;

export function parseForwarded(text: string): Hop[] | undefined {
  const hops: Hop[] = [];
  let pairs = new Map<string, string>();
  for (let position = 0, end: string | undefined; end !== '';) {
    PAIR.lastIndex = position;
    const found = PAIR.exec(text);
    if (!found) return undefined;
    const [, name, quoted, bare] = found;
    const value = quoted?.replace(/\\(.)/g, '$1') ?? bare;
    if (name !== undefined && value !== undefined) {
      if (pairs.has(name.toLowerCase())) return undefined;
      pairs.set(name.toLowerCase(), value);
    }
    end = found[4];
    position = PAIR.lastIndex;
    if (end === ';') continue;
    const [client, proto, host] = [withoutPort(pairs.get('for')), pairs.get('proto'), pairs.get('host')];
    if (pairs.size > 0) hops.push({ client, proto, host });
    pairs = new Map();
  }
  return hops;
}

/** 192.0.2.7:4711, [2001:db8::1]:4711, [2001:db8::1] */
const withoutPort = (node: string | undefined): string | undefined =>
  node?.replace(/^([\d.]+):\d+$|^\[([^\]]*)\](?::\d+)?$/, '$1$2');
