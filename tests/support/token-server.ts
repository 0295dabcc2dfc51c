/**
 * A token service of somebody else, in the manner of docker_auth: `/auth` by GET with Basic or by POST with a form, tokens
 * signed by node:crypto alone with the libtrust name of the key, `{"access_token","token"}` without an expiry. Everybody
 * who logs in may pull what is granted; the anonymous get an empty access.
 */
import { createPublicKey, randomUUID, type KeyObject } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { createLibtrustKeyId } from '../../scripts/lab/schema1';
import { signByHand } from '../access/hand-made-tokens';

export interface TokenServer {
  /** For `token_realm`. */
  realm: string;
  /** What signs from now on. */
  signWith(privateKey: KeyObject): void;
  /** Signed as now; `granted`: names. */
  issue(user: string, granted: string[], changes?: Record<string, unknown>): string;
  stop(): Promise<void>;
}

export interface TokenServerOptions {
  issuer: string;
  service: string;
  privateKey: KeyObject;
  /** User → password. */
  users: ReadonlyMap<string, string>;
  granted: readonly string[];
}

export async function startTokenServer(options: TokenServerOptions): Promise<TokenServer> {
  const { issuer, service, users, granted } = options;
  let { privateKey } = options;

  const issue = (user: string, names: string[], changes: Record<string, unknown> = {}): string => {
    const header = { typ: 'JWT', alg: 'ES256', kid: createLibtrustKeyId(createPublicKey(privateKey)) };
    const now = Math.floor(Date.now() / 1000);
    const access = names.map((name) => ({ type: 'repository', name, actions: ['pull'] }));
    const times = { exp: now + 900, nbf: now - 10, iat: now };
    return signByHand(
      header,
      { iss: issuer, sub: user, aud: service, ...times, jti: randomUUID(), access, ...changes },
      privateKey,
    );
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { searchParams, pathname } = new URL(request.url ?? '', 'http://token.example.com');
    const form = new URLSearchParams(request.method === 'POST' ? await text(request) : '');
    const [user, password] = readBasic(request) ?? [form.get('username') ?? '', form.get('password') ?? ''];
    const isRight = user === '' ? password === '' : users.get(user) === password;
    const isForUs = (searchParams.get('service') ?? form.get('service')) === service;
    if (pathname !== '/auth' || !isForUs || !isRight) {
      response.writeHead(isRight ? 404 : 401, { 'Content-Type': 'text/plain' }).end('no\n');
      return;
    }
    const scopes = [...searchParams.getAll('scope'), ...form.getAll('scope')].map((scope) => scope.split(':')[1] ?? '');
    const token = issue(user, user === '' ? [] : scopes.filter((name) => granted.includes(name)));
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify({ access_token: token, token }));
  };

  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    realm: `http://127.0.0.1:${(server.address() as AddressInfo).port}/auth`,
    signWith: (key) => {
      privateKey = key;
    },
    issue,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function readBasic({ headers: { authorization = '' } }: IncomingMessage): [user: string, password: string] | undefined {
  const [, encoded] = /^Basic (.+)$/.exec(authorization) ?? [];
  if (encoded === undefined) return undefined;
  const [, user = '', password = ''] = /^([^:]*):(.*)$/.exec(Buffer.from(encoded, 'base64').toString()) ?? [];
  return [user, password];
}
