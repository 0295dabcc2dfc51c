/**
 * The challenge of a 401. For the registry API exactly one, of the scheme Bearer, because clients of many kinds take only
 * the first or the last of several; for the v1 protocol Basic, which is all that its clients know.
 *
 *     WWW-Authenticate: Bearer realm="https://registry.example.com/token",service="davit",scope="repository:a/b:pull"
 *
 * Source: docker token authentication, "Requesting a Token"; RFC 6750 section 3.
 */
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { formatScope } from '../../access/tokens/scope';
import type { ContainsAddress } from '../client-address';
import { findOrigin, type Origin } from '../request-origin';
import type { FormatChallenge } from '../write-decision';
import type { Gate } from './gate';

export const TOKEN_PATH = '/token';

/** The parts are safe between quotes: validated names, and what the configuration and `findOrigin` let through. */
export const createFormatChallenge =
  ({ service, realm, tokenService }: Gate, isTrusted: ContainsAddress): FormatChallenge =>
  (request, { name, fault }, protocol) => {
    // Whoever has no token service left to go to can only show a user and a password.
    if (protocol === 'v1' || (realm === undefined && tokenService === undefined)) return basicChallenge(service);
    const parts = [`realm="${realm ?? locateTokenService(request, isTrusted)}"`, `service="${service}"`];
    if (name !== undefined) parts.push(`scope="${formatScope(name)}"`);
    if (fault !== undefined) parts.push(`error="${fault}"`);
    return `Bearer ${parts.join(',')}`;
  };

export const basicChallenge = (service: string): string => `Basic realm="${service}"`;

function locateTokenService(request: IncomingMessage, isTrusted: ContainsAddress): string {
  const { scheme, host } = findOrigin(request, isTrusted) ?? describeOwnEnd(request.socket);
  return `${scheme}://${host}${TOKEN_PATH}`;
}

/** Where the connection ends, for a client that does not say what it has asked. */
function describeOwnEnd(socket: Socket): Origin {
  const { localAddress = '127.0.0.1', localPort = 80 } = socket;
  const address = localAddress.includes(':') ? `[${localAddress}]` : localAddress;
  return { scheme: 'encrypted' in socket ? 'https' : 'http', host: `${address}:${localPort}` };
}
