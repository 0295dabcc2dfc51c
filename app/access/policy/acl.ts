/**
 * Reads the text of an access control list, or says all that is wrong with it:
 *
 *     {
 *       "groups": { "developers": ["alice", "bob"] },
 *       "reveal": false,
 *       "rules": [
 *         { "who": ["group:developers", "user:carol"], "names": ["team/**"], "access": "pull" },
 *         { "who": "everyone", "names": "team/**", "access": "none" },
 *         { "who": "everyone", "names": "**", "access": "pull" }
 *       ]
 *     }
 *
 * Unknown keys are mistakes, and so is a key that is there twice: a slip of the pen must not open anything. What the rules mean together is in ./policy; the
 * shape is in schemas/acl.json. Pure.
 */
import { explainText } from '../../redirects/parse-redirect-file';
import type { AclMistake } from './acl-schema';
import { checkAclDocument } from './acl-schema';
import type { Audience } from './audience';
import { parseAudience, uniteAudiences } from './audience';
import type { NamePattern } from './name-pattern';
import { parseNamePattern } from './name-pattern';
import { findRepeatedKeys } from './repeated-keys';

export interface Rule {
  names: readonly NamePattern[];
  /** Speaks only of repositories that are protected, or only of those that are not; undefined: of both. */
  isProtected: boolean | undefined;
  audience: Audience;
  /** What it decides: to pull, or not. */
  isPull: boolean;
}

export interface Acl {
  /** Clients are told that a repository exists which they may not pull. */
  reveals: boolean;
  rules: readonly Rule[];
}

export type ParsedAcl = { kind: 'parsed'; acl: Acl } | { kind: 'refused'; mistakes: AclMistake[] };

export function parseAcl(text: string): ParsedAcl {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    return { kind: 'refused', mistakes: [{ pointer: '', message: explainText(text, error as Error) }] };
  }
  // One message a place: where the schema can only say that a text is wrong, whoever reads the text says why.
  const messages: Messages = new Map([
    ...findRepeatedKeys(text).map((pointer): [string, string] => [pointer, 'is there more than once']),
    ...checkAclDocument(document).map(({ pointer, message }): [string, string] => [pointer, message]),
  ]);
  const { groups, reveal, rules } = membersOf(document);
  const usersByGroup = new Map(
    Object.entries(membersOf(groups)).map(([group, users]) => [group, listTexts(users, '').map(({ text }) => text)]),
  );
  const built = (Array.isArray(rules) ? rules : []).map((rule, at) =>
    buildRule(membersOf(rule), `/rules/${at}`, usersByGroup, messages),
  );
  return messages.size === 0
    ? { kind: 'parsed', acl: { reveals: reveal === true, rules: built } }
    : { kind: 'refused', mistakes: [...messages].map(([pointer, message]) => ({ pointer, message })) };
}

/** By JSON pointer. */
type Messages = Map<string, string>;

/** Nothing is known of the members: all mistakes are told at once, also of a document that breaks the schema. */
type Members = Record<string, unknown>;

function buildRule(
  { who, names, access, protected: isProtected }: Members,
  place: string,
  usersByGroup: ReadonlyMap<string, readonly string[]>,
  messages: Messages,
): Rule {
  const audiences: Audience[] = [];
  for (const { text, pointer } of listTexts(who, `${place}/who`)) {
    const parsed = parseAudience(text, usersByGroup);
    if (parsed.kind === 'parsed') audiences.push(parsed.audience);
    else messages.set(pointer, parsed.message);
  }
  const patterns: NamePattern[] = [];
  for (const { text, pointer } of listTexts(names, `${place}/names`)) {
    const parsed = parseNamePattern(text);
    if (parsed.kind === 'parsed') patterns.push(parsed.pattern);
    else messages.set(pointer, parsed.message);
  }
  const audience = uniteAudiences(audiences);
  const isPull = access === 'pull';
  // `everyone` may pull `**` is written soon: what is protected is opened to all only by a rule that says that it means it.
  const assumed = isPull && audience.includesAnonymous ? false : undefined;
  return { names: patterns, isProtected: typeof isProtected === 'boolean' ? isProtected : assumed, audience, isPull };
}

const membersOf = (value: unknown): Members => (typeof value === 'object' && value !== null ? (value as Members) : {});

/** A text or a list of texts, each with its place; what is neither, the schema has told. */
function listTexts(value: unknown, pointer: string): { text: string; pointer: string }[] {
  if (typeof value === 'string') return [{ text: value, pointer }];
  if (!Array.isArray(value)) return [];
  return value.flatMap((text: unknown, at) =>
    typeof text === 'string' ? [{ text, pointer: `${pointer}/${at}` }] : [],
  );
}
