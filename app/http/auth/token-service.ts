/**
 * What our own token service answers with: from who asks and for which scopes, to a token that holds what may be pulled.
 *
 *     {"token":"…","access_token":"…","expires_in":300,"issued_at":"2026-11-24T12:00:00.000Z"}
 *
 * Fewer rights than asked for are a smaller access, not an error. Source: docker token authentication, "Requesting a Token".
 */
import type { Client } from '../../access/policy/client';
import type { Policy } from '../../access/policy/policy';
import { parseScopes } from '../../access/tokens/scope';
import type { TokenAccess } from '../../access/tokens/token-claims';
import type { SignToken } from '../../access/tokens/token-signer';
import type { RepositoryIndex } from '../../store/repository-index';
import { mayAskFor } from './may-ask-for';

export interface TokenService {
  sign: SignToken;
  /** The public keys, as a JSON Web Key Set. */
  describeKeys: () => object;
}

export interface TokenAnswer {
  token: string;
  access_token: string;
  /** Seconds. */
  expires_in: number;
  /** RFC 3339. */
  issued_at: string;
}

/** `scopes`: the parameters of that name, as they came. */
export async function issueToken(
  client: Client,
  scopes: string[],
  { sign }: TokenService,
  knowledge: { index: RepositoryIndex; policy: Policy },
): Promise<TokenAnswer> {
  const access = await grantAccess(client, scopes, knowledge);
  const { token, expiresInSeconds, issuedAt } = await sign({ subject: client.user ?? '', access });
  return { token, access_token: token, expires_in: expiresInSeconds, issued_at: issuedAt.toISOString() };
}

async function grantAccess(
  client: Client,
  scopes: string[],
  { index, policy }: { index: RepositoryIndex; policy: Policy },
): Promise<TokenAccess> {
  const { names: asked, wantsCatalog } = parseScopes(scopes);
  const names = new Set<string>();
  for (const name of asked) {
    const { registry, images } = await index.find(name);
    const there = [registry, images].filter((side) => side !== undefined);
    if (mayAskFor(client, name, there, policy)) names.add(name);
  }
  // Everybody may read the catalog: it shows to each what that one may see.
  return { names, mayReadCatalog: wantsCatalog };
}
