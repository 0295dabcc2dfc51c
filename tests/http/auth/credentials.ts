/** What clients show, and how they come by a token. */
import { ask } from '../answers';

export const basic = (user: string, password: string): Record<string, string> => ({
  Authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
});

export const bearer = (token: string): Record<string, string> => ({ Authorization: `Bearer ${token}` });

/** An empty user and password, as docker sends them when nobody has logged in. */
export const NOBODY = { Authorization: 'Basic Og==' };

export const ALICE = basic('alice', 'wonder');
export const BOB = basic('bob', 'builder');
export const USERS = { alice: 'wonder', bob: 'builder' };

export interface TokenAnswer {
  token: string;
  access_token: string;
  expires_in: number;
  issued_at: string;
}

/** As docker asks for a token; throws when there is none. */
export async function askToken(url: string, scopes: string[], headers: Record<string, string> = {}): Promise<string> {
  const query = new URLSearchParams({ service: 'davit' });
  for (const scope of scopes) query.append('scope', scope);
  const { status, body } = await ask(url, `/token?${query.toString()}`, headers);
  if (status !== 200) throw new Error(`no token: ${status} ${body}`);
  return (JSON.parse(body) as TokenAnswer).token;
}

export const pullScope = (name: string): string => `repository:${name}:pull`;

/** The claims of a token, unverified. */
export const claimsOf = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;
