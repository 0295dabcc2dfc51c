/**
 * Who asks: reads the credentials of a request and has them checked.
 *
 *     Authorization: Bearer <token>                a token of our own service, or of an external one
 *     Authorization: Basic <user:password>         a user of the password file
 *     Authorization: Token signature=…             what the v1 protocol was given for Basic
 *     X-SSL-Client-Cert, Client-Cert               the client's certificate, from a trusted proxy only
 */
import type { IncomingMessage } from 'node:http';
import { parseBasic } from '../../access/passwords/basic-credentials';
import { ANONYMOUS, type Client } from '../../access/policy/client';
import type { PasswordChecker } from '../../access/passwords/password-checker';
import type { TokenVerdict } from '../../access/tokens/judge-token';
import type { V1Tokens } from '../../access/tokens/v1-token';
import type { LogSparingly } from '../../observe/sparing-logger';
import type { MaybePromise } from '../../store/repository-index';

export type Identified =
  | { kind: 'client'; client: Client }
  /** Credentials that are wrong; `fault`: when they were a token. */
  | { kind: 'refused'; fault: 'invalid_token' | undefined }
  /** Too many passwords are being checked; nothing is known about these credentials. */
  | { kind: 'busy' };

export type Identify = (request: IncomingMessage) => MaybePromise<Identified>;

export type FindEntitlement = (request: IncomingMessage) => Client['entitlement'];

export interface IdentifyOptions {
  /** Bearer tokens; undefined: none are accepted. */
  verifyToken: ((token: string) => Promise<TokenVerdict>) | undefined;
  /** Whether an external service issues them. */
  isExternal: boolean;
  /** Undefined: there is no password file. */
  passwords: PasswordChecker | undefined;
  v1Tokens: V1Tokens | undefined;
  /** Whether somebody is a user still: the tokens of one that was removed end with that. Undefined: nobody knows here. */
  isUser: ((user: string) => boolean) | undefined;
  findEntitlement: FindEntitlement | undefined;
  /** To whom a check of a password is counted, for a fair share of the places. */
  findSource: (request: IncomingMessage) => string | undefined;
  /** The client's address, for the log. */
  findAddress: (request: IncomingMessage) => string | undefined;
  /** What was refused, and why; never what was shown. */
  log: LogSparingly;
}

export const NOBODY: Identified = { kind: 'client', client: ANONYMOUS };
const WRONG: Identified = { kind: 'refused', fault: undefined };
const WRONG_TOKEN: Identified = { kind: 'refused', fault: 'invalid_token' };

const BEARER = /^bearer +/i;

export function createIdentify(options: IdentifyOptions): Identify {
  const { findEntitlement } = options;
  const canLogIn = options.verifyToken !== undefined || options.passwords !== undefined;
  return (request) => {
    const entitlement = findEntitlement?.(request);
    const { authorization } = request.headers;
    // Where nobody can log in, the header was meant for the proxy in front.
    if (authorization === undefined || !canLogIn) {
      return entitlement ? { kind: 'client', client: { ...ANONYMOUS, entitlement } } : NOBODY;
    }
    return readAuthorization(authorization, request, entitlement, options);
  };
}

async function readAuthorization(
  authorization: string,
  request: IncomingMessage,
  entitlement: Client['entitlement'],
  { verifyToken, isExternal, passwords, v1Tokens, isUser, findSource, findAddress, log }: IdentifyOptions,
): Promise<Identified> {
  const refuse = (what: string, reason: string): Identified => {
    log(`${what} refused`, { reason, client: findAddress(request) });
    return WRONG_TOKEN;
  };
  const basic = parseBasic(authorization);
  if (basic.kind === 'malformed') return WRONG;
  if (basic.kind === 'basic') {
    const outcome = await checkPassword(passwords, basic.user, basic.password, findSource(request));
    if (outcome.kind === 'client') return withEntitlement(outcome.client, entitlement);
    if (outcome.kind === 'refused') log('password refused', { client: findAddress(request) });
    return outcome;
  }
  if (BEARER.test(authorization)) {
    const verdict = await verifyToken?.(authorization.replace(BEARER, ''));
    if (verdict?.kind !== 'valid') return refuse('token', verdict?.reason ?? 'tokens are not accepted here');
    const { subject, access } = verdict;
    if (!isExternal && subject !== '' && isUser?.(subject) === false)
      return refuse('token', 'is of a user who was removed');
    const token = { pulls: access.names, readsCatalog: access.mayReadCatalog, isExternal };
    return withEntitlement({ ...ANONYMOUS, user: subject === '' ? undefined : subject, token }, entitlement);
  }
  const v1 = v1Tokens?.verify(authorization) ?? { kind: 'none' };
  if (v1.kind === 'refused') return refuse('v1 token', v1.reason);
  if (v1.kind === 'none') return isKnownScheme(authorization) ? withEntitlement(ANONYMOUS, entitlement) : WRONG;
  if (v1.user !== undefined && isUser?.(v1.user) === false) return refuse('v1 token', 'is of a user who was removed');
  const token = { pulls: new Set([v1.name]), readsCatalog: false, isExternal: false };
  return withEntitlement({ ...ANONYMOUS, user: v1.user, token }, entitlement);
}

async function checkPassword(
  passwords: PasswordChecker | undefined,
  user: string,
  password: string,
  source: string | undefined,
): Promise<Identified> {
  switch (await passwords?.check(user, password, source)) {
    case 'right':
      return { kind: 'client', client: { ...ANONYMOUS, user } };
    case 'busy':
      return { kind: 'busy' };
    case 'wrong':
    case undefined:
      return WRONG;
  }
}

/** Docker sends an empty Basic or Token when nobody has logged in; any other scheme is not understood. */
const isKnownScheme = (authorization: string): boolean => /^(?:basic|token)(?: |$)/i.test(authorization);

const withEntitlement = (client: Client, entitlement: Client['entitlement']): Identified => ({
  kind: 'client',
  client: entitlement ? { ...client, entitlement } : client,
});
