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
import type { Repository } from '../../redirects/repository';
import type { Acl, Rule } from './acl';
import type { Client } from './client';

export type RepositoryFacts = Pick<Repository, 'name' | 'isProtected' | 'storageUrl'>;

export interface Policy {
  mayPull(client: Client, repository: RepositoryFacts): boolean;
  /** Whether the catalog names the repository. As mayPull, but a token of our own need grant nothing, another the catalog. */
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
  const findRules = acl && createRuleFinder(acl.rules);
  const allows = ({ entitlement }: Client, user: string | undefined, subject: Subject): boolean =>
    findRules
      ? allowsByRules(findRules(subject), { user, entitlement }, subject)
      : isInsider({ user, entitlement }, subject);

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
      // podman asks with a token for anything: of our own tokens, the user is what counts.
      decide(
        client,
        repository,
        !client.token?.isExternal || client.token.readsCatalog || grants(client, repository.name),
      ),
    mayPullName,
    mayKnow: (client, name) =>
      !isAuthenticating || reveals || (mayPullName(client, name) && mayPull(client, { name, isProtected: false })),
    reveals,
  };
}

/** Any user of this site, or a certificate that covers the repository. */
const isInsider = ({ user, entitlement }: Credentials, subject: Subject): boolean =>
  user !== undefined || isCovered(entitlement, subject, false);

/**
 * The rules that speak of a repository, in their order. Found once for each: the catalog judges all of them for every client,
 * and matching a name against many patterns is what costs.
 */
function createRuleFinder(rules: readonly Rule[]): (subject: Subject) => readonly Rule[] {
  const known = new WeakMap<Subject, readonly Rule[]>();
  return (subject) => {
    const found = known.get(subject);
    if (found) return found;
    const speaking = rules.filter((rule) => speaksOf(rule, subject));
    // A name alone is judged once.
    if (subject.storageUrl) known.set(subject, speaking);
    return speaking;
  };
}

function allowsByRules(speaking: readonly Rule[], credentials: Credentials, subject: Subject): boolean {
  for (const rule of speaking) if (means(rule, credentials, subject)) return rule.isPull;
  return subject.isProtected && speaking.length === 0 && isInsider(credentials, subject);
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
