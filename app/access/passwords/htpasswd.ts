/**
 * Reads Apache's password file into users and their hashes.
 *
 *     # comment            also behind spaces; empty lines are skipped
 *     user:hash            what `htpasswd -B`, `-m` and `-s` write; which hashes: ./password-hash
 *     user:hash:anything   what stands behind a second colon is ignored
 *
 * A file with any other line is refused as a whole: a user who can never log in must not look as if he could. Mistakes
 * name the line only, for what it holds may be a password in plain text. Of two lines of one user the first counts.
 * Source: Apache httpd 2.4, mod_authn_file and "Password Formats". Pure.
 */
import { findHashMistake } from './password-hash';

export interface LineRemark {
  /** Counted from 1. */
  line: number;
  /** Completes "line 7 …". */
  message: string;
}

export type Htpasswd =
  /** `users`: name → hash, as it stands in the file. */
  | { kind: 'parsed'; users: ReadonlyMap<string, string>; warnings: LineRemark[] }
  | { kind: 'refused'; mistakes: LineRemark[] };

/**
 * What Apache cuts off around a line; JavaScript's `trim` also takes spaces that may belong to a name. The end is looked for
 * once in each run of spaces, not from each space in it.
 */
const SPACE_AROUND = /^[ \t\v\f\r]+|(?<![ \t\v\f\r])[ \t\v\f\r]+$/g;
const CONTROL_CHARACTER = /\p{Cc}/u;

export function parseHtpasswd(text: string): Htpasswd {
  const users = new Map<string, string>();
  const warnings: LineRemark[] = [];
  const mistakes: LineRemark[] = [];
  for (const [index, written] of text.split('\n').entries()) {
    const line = index + 1;
    const entry = readLine(written.replace(SPACE_AROUND, ''));
    if (!entry) continue;
    if ('mistake' in entry) mistakes.push({ line, message: entry.mistake });
    else if (users.has(entry.user)) warnings.push({ line, message: 'is ignored: an earlier line has the same user' });
    else users.set(entry.user, entry.hash);
  }
  return mistakes.length > 0 ? { kind: 'refused', mistakes } : { kind: 'parsed', users, warnings };
}

/** Undefined: nothing stands in the line. */
function readLine(line: string): { user: string; hash: string } | { mistake: string } | undefined {
  if (line.endsWith('\\')) return { mistake: 'ends with a backslash, by which Apache joins the next line to it' };
  if (line === '' || line.startsWith('#')) return undefined;
  const [user, hash] = line.split(':', 2) as [string, string?];
  if (hash === undefined) return { mistake: 'has no colon between user and hash' };
  if (user === '') return { mistake: 'has no user' };
  if (CONTROL_CHARACTER.test(user)) return { mistake: 'has a control character in its user' };
  const mistake = findHashMistake(hash);
  return mistake === undefined ? { user, hash } : { mistake };
}
