/**
 * The kinds of value that name a place on the network: where to listen, what to call oneself, whom to trust. Pure.
 *
 *     127.0.0.1:5000   [::1]:5000   registry.example.com:5000   :5000 (every interface)      listen
 *     registry.example.com   registry.example.com:443   [2001:db8::1]:443                    endpoint
 *     loopback, 10.0.0.0/8 2001:db8::1                                                       address list
 */
import { isIP, isIPv4, isIPv6 } from 'node:net';

import { createKind } from './kinds';

export interface HostAndPort {
  /** Without brackets. Empty: every interface. */
  host: string;
  /** 0: any free port. */
  port: number;
}

const hostName = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$/i;

/** `host`, `host:port` or `[address]:port`, split where only one reading is possible. */
function splitHost(text: string): { host: string; port?: number } | undefined {
  const split = /^(?:\[(?<address>[^\]]*)\]|(?<name>[^:[\]]*))(?::(?<port>\d{1,5}))?$/.exec(text)?.groups;
  if (!split) return undefined;
  const { address, name = '', port } = split;
  if (address === undefined ? name !== '' && !isName(name) : !isIPv6(address)) return undefined;
  if (port === undefined) return { host: address ?? name };
  return Number(port) > 65_535 ? undefined : { host: address ?? name, port: Number(port) };
}

/** A name of digits and dots is an address with a mistake in it: 127.0.0.256, 10.0.0. */
const isName = (text: string): boolean => isIPv4(text) || (hostName.test(text) && !/^[\d.]+$/.test(text));

export const listenAddress = createKind(
  'HOST:PORT, [IPv6 address]:PORT or, for every interface, :PORT',
  (text): HostAndPort | undefined => {
    const split = splitHost(text);
    return split?.port === undefined ? undefined : { host: split.host, port: split.port };
  },
);

/** A host to connect to, and a port if there is one: as a client writes them behind http://. */
export function parseHost(text: string): { host: string; port?: number } | undefined {
  const split = splitHost(text);
  // An interface (fe80::1%eth0) means something on one machine only.
  return split && split.host !== '' && split.port !== 0 && !text.includes('%') ? split : undefined;
}

export const isHostAndPort = (text: string): boolean => parseHost(text) !== undefined;

export const endpoint = createKind('a host, or host:port', (text) => (isHostAndPort(text) ? text : undefined));

const loopback = ['127.0.0.0/8', '::1/128'];

/** In CIDR notation, a single address as a block of one; undefined when it is neither. */
function normaliseBlock(text: string): string[] | undefined {
  if (text.toLowerCase() === 'loopback') return loopback;
  const slash = text.indexOf('/');
  const address = slash === -1 ? text : text.slice(0, slash);
  // An interface (fe80::1%eth0) means something on one machine only, and no comparison knows it.
  const family = address.includes('%') ? 0 : isIP(address);
  if (family === 0) return undefined;
  const bits = family === 4 ? 32 : 128;
  if (slash === -1) return [`${address}/${bits}`];
  const prefix = text.slice(slash + 1);
  return /^\d{1,3}$/.test(prefix) && Number(prefix) <= bits ? [`${address}/${Number(prefix)}`] : undefined;
}

export const addressList = createKind(
  'addresses, CIDR blocks or the word loopback, separated by commas or spaces',
  (text): string[] | undefined => {
    const blocks = text
      .split(/[\s,]+/)
      .filter((word) => word !== '')
      .map(normaliseBlock);
    return blocks.every((block) => block !== undefined) ? [...new Set(blocks.flat())] : undefined;
  },
);
