/**
 * Whose request it is: the address of the client behind the proxies that the operator trusts.
 *
 * `X-Forwarded-For` counts only when a trusted proxy has sent it. A request that carries such a header from anywhere else
 * came through a proxy that we know nothing of, so nobody is local in it.
 */
import { BlockList, isIP, isIPv6 } from 'node:net';
import type { IncomingMessage } from 'node:http';

export type ContainsAddress = (address: string) => boolean;

/** How an IPv4 address is written where IPv6 is spoken. */
const MAPPED = /^::ffff:(?=\d+\.)/i;

/** `blocks`: CIDR blocks. */
export function createAddressSet(blocks: string[]): ContainsAddress {
  const list = new BlockList();
  for (const block of blocks) {
    const [address = '', prefix] = block.split('/');
    list.addSubnet(address, Number(prefix), isIPv6(address) ? 'ipv6' : 'ipv4');
  }
  return (text) => {
    const address = text.replace(MAPPED, '');
    return isIP(address) !== 0 && list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
  };
}

/** Undefined: it cannot be told. */
export function findClientAddress(request: IncomingMessage, isTrusted: ContainsAddress): string | undefined {
  const { headers, socket } = request;
  const peer = socket.remoteAddress ?? '';
  const forwardedFor = headers['x-forwarded-for'];
  if (forwardedFor === undefined && headers.forwarded === undefined) return peer;
  if (!isTrusted(peer) || typeof forwardedFor !== 'string') return undefined;
  const hops = forwardedFor.split(',').map((hop) => hop.trim());
  // From the right: each trusted proxy vouches for the hop before it.
  return hops.reverse().find((hop) => !isTrusted(hop)) ?? hops.at(-1);
}

/** For a log: behind a proxy that is not trusted, that of the proxy. */
export const findNearestAddress = (request: IncomingMessage, isTrusted: ContainsAddress): string | undefined =>
  findClientAddress(request, isTrusted) ?? request.socket.remoteAddress;

/**
 * To whom a request is counted where everybody gets a fair share: the address; in IPv6 the network of 64 bits, for one
 * host has all of its addresses. Behind a proxy that is not trusted: the proxy.
 */
export function findSource(request: IncomingMessage, isTrusted: ContainsAddress): string | undefined {
  const address = findNearestAddress(request, isTrusted);
  return address === undefined ? undefined : widenAddress(address);
}

/** `2001:db8:1:2::/64` for `2001:DB8:1:2:3::4`; what is no IPv6 address stays as it is. */
function widenAddress(text: string): string {
  const [address = ''] = text.replace(MAPPED, '').split('%');
  if (!isIPv6(address)) return address;
  // Written in one way: lower case, no leading zeros, no dots.
  const [before = '', after = ''] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const [head, tail] = [before, after].map((part) => part.split(':').filter((group) => group !== '')) as [
    string[],
    string[],
  ];
  const zeros = Array<string>(8 - head.length - tail.length).fill('0');
  return `${[...head, ...zeros, ...tail].slice(0, 4).join(':')}::/64`;
}
