/** Policies, clients and repositories for tests, from as few words as can be. */
import { parseAcl, type Acl } from '../../app/access/policy/acl';
import type { Client, TokenGrant } from '../../app/access/policy/client';
import { createPolicy, type Policy, type RepositoryFacts } from '../../app/access/policy/policy';

/** The list of a text that must be accepted. */
export function readAcl(text: string): Acl {
  const parsed = parseAcl(text);
  if (parsed.kind === 'refused') throw new Error(JSON.stringify(parsed.mistakes));
  return parsed.acl;
}

/** Undefined or null: no list. */
export const policyOf = (rules?: unknown[] | null, others: object = {}, isAuthenticating = true): Policy =>
  createPolicy({ ...(rules && { acl: readAcl(JSON.stringify({ rules, ...others })) }), isAuthenticating });

export interface ClientWords {
  user?: string | undefined;
  /** The content path that the client certificate covers, with all below it. */
  covers?: string | undefined;
  token?: TokenGrant | undefined;
}

export const clientOf = ({ user, covers, token }: ClientWords): Client => ({
  user,
  entitlement: covers === undefined ? undefined : (path) => path.startsWith(covers),
  token,
});

/** Stored below `/covered/`, with a query that is no part of the path. */
export const repositoryOf = (name: string, isProtected = false): RepositoryFacts => ({
  name,
  isProtected,
  storageUrl: { prefix: `https://static.example.com/covered/${name}/`, suffix: '?x=/elsewhere/' },
});

/** A token of our own service, unless said otherwise. */
export const tokenOf = (pulls: string[], changes: Partial<TokenGrant> = {}): TokenGrant => ({
  pulls: new Set(pulls),
  readsCatalog: false,
  isExternal: false,
  ...changes,
});
