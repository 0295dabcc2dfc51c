/**
 * Whom a rule of an access control list means:
 *
 *     everyone          all clients
 *     anonymous         those that are no user, with a client certificate or without
 *     users             all users
 *     user:<name>       that user
 *     group:<name>      the users of that group, which the list defines
 *     certificate       those whose client certificate covers the repository
 *
 * Several words mean all of these together. Pure.
 */

export interface Audience {
  includesAnonymous: boolean;
  includesEveryUser: boolean;
  /** Users by name; those of groups too. */
  users: ReadonlySet<string>;
  /** Clients whose certificate covers the repository. */
  includesCertificates: boolean;
}

export type ParsedAudience = { kind: 'parsed'; audience: Audience } | { kind: 'refused'; message: string };

const NOBODY: Audience = {
  includesAnonymous: false,
  includesEveryUser: false,
  users: new Set(),
  includesCertificates: false,
};

const AUDIENCE_BY_WORD = new Map<string, Audience>([
  ['everyone', { ...NOBODY, includesAnonymous: true, includesEveryUser: true }],
  ['anonymous', { ...NOBODY, includesAnonymous: true }],
  ['users', { ...NOBODY, includesEveryUser: true }],
  ['certificate', { ...NOBODY, includesCertificates: true }],
]);

const USER = 'user:';
const GROUP = 'group:';

/** One word. `groups` has the users of each group. */
export function parseAudience(word: string, groups: ReadonlyMap<string, readonly string[]>): ParsedAudience {
  const audience = AUDIENCE_BY_WORD.get(word);
  if (audience) return { kind: 'parsed', audience };
  if (word.startsWith(USER)) return parsed([word.slice(USER.length)]);
  if (!word.startsWith(GROUP)) {
    return refused('must be everyone, anonymous, users, certificate, user:<name> or group:<name>');
  }
  const group = word.slice(GROUP.length);
  const users = groups.get(group);
  return users ? parsed(users) : refused(`there is no group ${JSON.stringify(group)} under groups`);
}

const parsed = (users: readonly string[]): ParsedAudience => ({
  kind: 'parsed',
  audience: { ...NOBODY, users: new Set(users) },
});

const refused = (message: string): ParsedAudience => ({ kind: 'refused', message });

/** All of these together. */
export const uniteAudiences = (audiences: readonly Audience[]): Audience => ({
  includesAnonymous: audiences.some(({ includesAnonymous }) => includesAnonymous),
  includesEveryUser: audiences.some(({ includesEveryUser }) => includesEveryUser),
  users: new Set(audiences.flatMap(({ users }) => [...users])),
  includesCertificates: audiences.some(({ includesCertificates }) => includesCertificates),
});
