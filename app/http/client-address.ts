/**
 * Whose request it is: the address of the client behind the proxies that the operator trusts.
 *
 * `X-Forwarded-For` counts only when a trusted proxy has sent it. A request that carries such a header from anywhere else
 * came through a proxy that we know nothing of, so nobody is local in it.
 */
import { BlockList, isIP, isIPv6 } from 'node:net';
import type { IncomingMessage } from 'node:http';

export type ContainsAddress = (address: string) => boolean;

/** `blocks`: CIDR blocks. */
export function createAddressSet(blocks: string[]): ContainsAddress {
  const list = new BlockList();
  for (const block of blocks) {
    const [address = '', prefix] = block.split('/');
    list.addSubnet(address, Number(prefix), isIPv6(address) ? 'ipv6' : 'ipv4');
  }
  return (text) => {
    const address = text.replace(/^::ffff:(?=\d+\.)/i, '');
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
