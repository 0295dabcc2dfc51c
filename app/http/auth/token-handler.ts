/**
 * The token service over HTTP: `/token`, and `/auth` as docker_auth calls it; and the keys that its tokens can be verified
 * by.
 *
 *     GET  /token?service=S&scope=repository:NAME:pull[&account=U][&offline_token=true]     Basic, when there is a user
 *     POST /token   grant_type=password&username=U&password=P&service=S&scope=…             a form
 *     GET  /.well-known/jwks.json
 *
 * No user is anonymous, a wrong one is 401. `docker login` asks without a scope. Refresh tokens are not issued. Forms that
 * cannot be read are answered as OAuth2 has it, with no word in the log.
 * Source: docker token authentication, "Requesting a Token" and "OAuth2".
 */
import express, { Router, type NextFunction, type Request, type Response } from 'express';
import { formatBasic } from '../../access/passwords/basic-credentials';
import type { HeaderLines } from '../../decide/decision';
import type { RegistryError } from '../../registry/errors';
import { unauthorized } from '../../registry/errors';
import { readFacts } from '../read-facts';
import type { Knowledge } from '../resolve-pull';
import { BUSY, NOT_LOADED } from '../resolve-pull';
import { writeError, writeJson } from '../write-decision';
import { basicChallenge, TOKEN_PATH } from './challenge';
import type { Identified, Identify } from './identify';
import type { TokenService } from './token-service';
import { issueToken } from './token-service';

export interface TokenHandlerOptions {
  knowledge: Knowledge;
  tokenService: TokenService;
  identify: Identify;
}

const PATHS = [TOKEN_PATH, '/auth'];
const NOT_STORED = ['Cache-Control', 'no-store'];
const LONGEST_FORM = '64kb';
const KEYS_PATH = '/.well-known/jwks.json';
const KEYS_HEADERS = ['Cache-Control', 'public, max-age=300'];

export function createTokenHandler({ knowledge, tokenService, identify }: TokenHandlerOptions): Router {
  const { index, isLoaded, gate } = knowledge;

  const answer = async (request: Request, response: Response, who: Identified, scopes: string[]): Promise<void> => {
    const refuse = (error: RegistryError, headers: HeaderLines = []): void =>
      writeError(request, response, error, [...NOT_STORED, ...headers]);
    if (who.kind === 'busy') {
      refuse(BUSY.error);
    } else if (who.kind === 'refused' || who.client.token) {
      // A token is no credential here: its holder could renew it for ever.
      refuse(unauthorized(), ['WWW-Authenticate', basicChallenge(gate.service)]);
    } else if (scopes.length > 0 && !isLoaded()) {
      refuse(NOT_LOADED.error);
    } else {
      const issued = await issueToken(who.client, scopes, tokenService, { index, policy: gate.policy });
      writeJson(request, response, 200, JSON.stringify(issued), NOT_STORED);
    }
  };

  const router = Router({ caseSensitive: true });
  router.post(PATHS, express.text({ type: () => true, limit: LONGEST_FORM }));
  router.use(refuseForm);
  router.get(PATHS, async (request, response) => {
    const scopes = new URLSearchParams(readFacts(request).query).getAll('scope');
    await answer(request, response, await identify(request), scopes);
  });
  router.post(PATHS, async (request, response) => {
    const form = new URLSearchParams(typeof request.body === 'string' ? request.body : '');
    const grant = form.get('grant_type') ?? 'password';
    if (grant !== 'password') {
      writeJson(request, response, 400, '{"error":"unsupported_grant_type"}', NOT_STORED);
      return;
    }
    const [user, password] = [form.get('username') ?? '', form.get('password') ?? ''];
    // Some clients send the form without a user, and a header with one. What the form says goes the way of the header, beside
    // the client's certificate.
    if (user !== '' || password !== '') request.headers.authorization = formatBasic(user, password);
    await answer(request, response, await identify(request), form.getAll('scope'));
  });
  router.get(KEYS_PATH, (request, response) => {
    writeJson(request, response, 200, JSON.stringify(tokenService.describeKeys()), KEYS_HEADERS);
  });
  return router;
}

/** What the reader of bodies has to say is about the request: too long, of an unknown charset, damaged, broken off. */
function refuseForm(error: unknown, request: Request, response: Response, next: NextFunction): void {
  const { status = 500 } = error as { status?: number };
  if (status < 500) writeJson(request, response, status, '{"error":"invalid_request"}', NOT_STORED);
  else next(error);
}
