/**
 * The file of the access control list, as the server and `explain` read it: its mistakes are told in the same words.
 *
 *     /etc/davit/acl.json: /rules/0/who: there is no group "x" under groups
 *
 * Pure.
 */
import { parseAcl, type Acl } from '../../access/policy/acl';
import type { ParsedText } from '../../access/files/watched-text';

export function parseAclFile(path: string, text: string): ParsedText<Acl> {
  const parsed = parseAcl(text);
  if (parsed.kind === 'parsed') return { kind: 'parsed', value: parsed.acl, warnings: [] };
  return { kind: 'refused', mistakes: parsed.mistakes.map(({ pointer, message }) => place(path, pointer, message)) };
}

/** `within`: the place in the file; empty: the whole of it. */
export const place = (path: string, within: string, message: string): string =>
  `${path}${within === '' ? '' : `: ${within}`}: ${message}`;
