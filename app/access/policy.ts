/**
 * Who may pull what: the one policy behind pulls, tags, catalog, search, v1 and the scopes of tokens.
 *
 * Without an access control list: everyone what is not protected; users, and client certificates that cover it, what is.
 * With one: the first rule that speaks of the repository and means the client decides, and where none does, the client may
 * not pull; but a protected repository of which no rule speaks is as without a list.
 *
 * A Bearer token never takes anything away that the same request would have without it, and adds what it grants: of our own
 * token service as long as the policy agrees, of an external one by its word alone. Pure.
 */
import type { Repository } from '../redirects/repository';
import type { Acl, Rule } from './acl';
import type { Client } from './client';

export type RepositoryFacts = Pick<Repository, 'name' | 'isProtected' | 'storageUrl'>;

export interface Policy {
  mayPull(client: Client, repository: RepositoryFacts): boolean;
  /** Whether the catalog names the repository. As mayPull, but a token need only grant the catalog. */
  mayList(client: Client, repository: RepositoryFacts): boolean;
  /** Whether the client may pull a name of which nothing is known: as a protected repository that no certificate covers. */
  mayPullName(client: Client, name: string): boolean;
  /**
   * Whether the client may be told that a name does not exist: nothing of that name could be hidden from it, or nothing
   * is hidden, or what is hidden looks unknown anyway because there are no credentials to ask for.
   */
  mayKnow(client: Client, name: string): boolean;
  /** Clients are told that a repository exists which they may not pull. */
  reveals: boolean;
}

export interface PolicyOptions {
  acl?: Acl | undefined;
  /** There is a way to log in: htpasswd, or tokens. */
  isAuthenticating: boolean;
}

/** What is judged; without storageUrl when it is only a name. */
type Subject = Omit<RepositoryFacts, 'storageUrl'> & Partial<Pick<RepositoryFacts, 'storageUrl'>>;

/** What the client is taken for: with its user, or without. */
type Credentials = Pick<Client, 'user' | 'entitlement'>;

export function createPolicy({ acl, isAuthenticating }: PolicyOptions): Policy {
  const allows = ({ entitlement }: Client, user: string | undefined, subject: Subject): boolean =>
    acl ? allowsByRules(acl.rules, { user, entitlement }, subject) : isInsider({ user, entitlement }, subject);

  /** `isGranted`: by the token, if there is one. */
  const decide = (client: Client, subject: Subject, isGranted: boolean): boolean => {
    // The way of most pulls costs nothing.
    if (!acl && !subject.isProtected) return true;
    const { user, token } = client;
    if (!token) return allows(client, user, subject);
    if (allows(client, undefined, subject)) return true;
    return isGranted && (token.isExternal || allows(client, user, subject));
  };

  const grants = ({ token }: Client, name: string): boolean => token !== undefined && token.pulls.has(name);

  const mayPull = (client: Client, subject: Subject): boolean => decide(client, subject, grants(client, subject.name));

  const mayPullName = (client: Client, name: string): boolean => mayPull(client, { name, isProtected: true });

  const reveals = acl?.reveals === true;
  return {
    mayPull,
    mayList: (client, repository) =>
      decide(client, repository, client.token?.readsCatalog === true || grants(client, repository.name)),
    mayPullName,
    mayKnow: (client, name) =>
      !isAuthenticating || reveals || (mayPullName(client, name) && mayPull(client, { name, isProtected: false })),
    reveals,
  };
}

/** Any user of this site, or a certificate that covers the repository. */
const isInsider = ({ user, entitlement }: Credentials, subject: Subject): boolean =>
  user !== undefined || isCovered(entitlement, subject, false);

function allowsByRules(rules: readonly Rule[], credentials: Credentials, subject: Subject): boolean {
  let isSpokenOf = false;
  for (const rule of rules) {
    if (!speaksOf(rule, subject)) continue;
    if (means(rule, credentials, subject)) return rule.isPull;
    isSpokenOf = true;
  }
  return subject.isProtected && !isSpokenOf && isInsider(credentials, subject);
}

const speaksOf = ({ names, isProtected }: Rule, subject: Subject): boolean =>
  (isProtected === undefined || isProtected === subject.isProtected) && names.some((matches) => matches(subject.name));

function means({ audience, isPull }: Rule, { user, entitlement }: Credentials, subject: Subject): boolean {
  if (user === undefined ? audience.includesAnonymous : audience.includesEveryUser || audience.users.has(user)) {
    return true;
  }
  // Of a name alone nobody knows what covers it: the worse is assumed.
  return audience.includesCertificates && isCovered(entitlement, subject, !isPull);
}

const isCovered = (entitlement: Client['entitlement'], { storageUrl }: Subject, whenUnknown: boolean): boolean => {
  if (!entitlement) return false;
  return storageUrl ? entitlement(new URL(storageUrl.prefix).pathname) : whenUnknown;
};
