/**
 * Under which address the client knows this registry: where to send it back to, for example for a token.
 *
 *     https   registry.example.com:8443
 *
 * A proxy that the operator trusts knows it; what anyone else says of it is not looked at. Without a proxy it is what the
 * connection and the Host header say. Every client may claim any host, and is told what it claimed: an answer that holds
 * it must not be cached. The host can stand in a header as it is, between quotes too. Pure.
 */
import type { IncomingMessage } from 'node:http';
import { isHostAndPort } from '../config/addresses';
import type { ContainsAddress } from './client-address';
import { parseHops, type Hop } from './forwarded';

export interface Origin {
  scheme: 'http' | 'https';
  /** host, host:port or [IPv6 address]:port, as the client wrote it. */
  host: string;
}

/** Undefined: it cannot be told. */
export function findOrigin({ headers, socket }: IncomingMessage, isTrusted: ContainsAddress): Origin | undefined {
  const hops = isTrusted(socket.remoteAddress ?? '') ? parseHops(headers) : [];
  if (!hops) return undefined;
  const outermost = findOutermost(hops, isTrusted);
  const scheme = outermost?.proto?.toLowerCase() ?? ('encrypted' in socket ? 'https' : 'http');
  const host = outermost?.host ?? headers.host ?? '';
  if ((scheme !== 'http' && scheme !== 'https') || !isHostAndPort(host)) return undefined;
  return { scheme, host };
}

/** The trusted proxy that the client asked: from the end, each one vouches for the hop before it. */
function findOutermost(hops: Hop[], isTrusted: ContainsAddress): Hop | undefined {
  let position = hops.length - 1;
  while (position > 0 && isTrusted(hops[position]?.client ?? '')) position -= 1;
  return hops[position];
}
