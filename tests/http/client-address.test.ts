/** To whom a request is counted: one host of IPv6 is one source, whichever of its addresses it uses. */
import type { IncomingMessage } from 'node:http';
import { createAddressSet, findSource } from '../../app/http/client-address';

const isTrusted = createAddressSet(['127.0.0.0/8', '::1/128']);

function sourceOf(remoteAddress: string | undefined, forwardedFor?: string): string | undefined {
  const headers = forwardedFor === undefined ? {} : { 'x-forwarded-for': forwardedFor };
  return findSource({ headers, socket: { remoteAddress } } as unknown as IncomingMessage, isTrusted);
}

it.each<[address: string, source: string]>([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['::FFFF:192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:DB8:0001:2::6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::', '2001:db8:1:2::/64'],
  ['2001:db8::5:6:7:8', '2001:db8:0:0::/64'],
  ['2001:db8::1:2:3:4:5', '2001:db8:0:1::/64'],
  ['2001:db8::', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['64:ff9b::192.0.2.1', '64:ff9b:0:0::/64'],
  ['fe80::1:2:3%eth0', 'fe80:0:0:0::/64'],
])('%s is counted as %s', (address, source) => {
  expect(sourceOf(address)).toBe(source);
  expect(sourceOf('127.0.0.1', address)).toBe(source);
});

it('all addresses of one network of IPv6 are one source, those of two are not', () => {
  const inside = ['2001:db8::1', '2001:db8::ffff:0:1', '2001:db8:0:0:ffff::'].map((address) => sourceOf(address));
  expect(new Set(inside).size).toBe(1);
  expect(sourceOf('2001:db8:0:1::1')).not.toBe(inside[0]);
});

it.each<[what: string, peer: string | undefined, forwardedFor: string | undefined, source: string | undefined]>([
  ['is the client behind a trusted proxy', '127.0.0.1', '203.0.113.9, 2001:db8:5::1, 127.0.0.2', '2001:db8:5:0::/64'],
  ['is the proxy that is not trusted', '2001:db8::1', '203.0.113.9', '2001:db8:0:0::/64'],
  ['is what a trusted proxy calls it', '127.0.0.1', 'unknown', 'unknown'],
  ['is empty when the connection has gone', undefined, undefined, ''],
  ['is unknown when it has gone behind a proxy that is not trusted', undefined, '203.0.113.9', undefined],
])('%s', (_what, peer, forwardedFor, source) => {
  expect(sourceOf(peer, forwardedFor)).toBe(source);
});
