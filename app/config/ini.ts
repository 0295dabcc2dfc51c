/**
 * Reads the text of crane.conf as Python 2's ConfigParser reads it, without looking at what the keys mean.
 *
 *     # comment        ; comment        rem comment       only at the very start of a line
 *     [section]                                           names are case-sensitive, a second one of the same name adds to the first
 *     key = value ; comment                               `=` or `:`, whichever comes first; keys are lower-cased, the last one wins
 *     key: first line
 *         second line                                     an indented line goes on with the value before it, comment signs and all
 *     key = ""                                            the same as nothing behind the `=`
 *     [DEFAULT]                                           its keys stand in every section that does not set them
 *
 * Beyond Python: a byte order mark is skipped, and every problem is found at once, where Python stops at a key before the first
 * section. `%(name)s` is resolved when a value is looked up: ./interpolate.
 * Source: the ConfigParser of Python 2.7, compared with it line by line (docs/configuration.md, "The file"). Pure.
 */

/** Values by lower-cased key, as written: before `%(name)s` is resolved. */
export type Section = ReadonlyMap<string, string>;

export interface Ini {
  /** What the section `[DEFAULT]` sets. */
  defaults: Section;
  /** Every other section by its name, holding only what it sets itself. */
  sections: ReadonlyMap<string, Section>;
}

export interface LineProblem {
  /** Counted from 1. */
  line: number;
  message: string;
}

/** Python's idea of white space in a byte string; JavaScript's `\s` and `trim` also take non-ASCII spaces. */
const space = '[ \\t\\n\\v\\f\\r]';
const leadingSpace = new RegExp(`^${space}+`);
const trailingSpace = new RegExp(`${space}+$`);
const remark = new RegExp(`^rem(?:${space}|$)`, 'i');
const header = /^\[([^\]]+)\]/;
const option = new RegExp(`^([^:= \\t\\n\\v\\f\\r][^:=]*)[:=]${space}*([^]*)$`);

const strip = (text: string): string => text.replace(leadingSpace, '').replace(trailingSpace, '');

/** Only ASCII letters, as Python does in the C locale. */
export const lowerKey = (key: string): string => key.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());

/** With problems, `ini` holds what the other lines say. */
export function parseIni(text: string): { ini: Ini; problems: LineProblem[] } {
  const defaults = new Map<string, string>();
  const sections = new Map<string, Map<string, string>>();
  const problems: LineProblem[] = [];
  let section: Map<string, string> | undefined;
  let key: string | undefined;
  let value = '';

  for (const [index, line] of text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .entries()) {
    if (strip(line) === '' || /^[#;]/.test(line) || remark.test(line)) continue;
    const name = header.exec(line)?.[1];
    const [, writtenKey, rest] = option.exec(line) ?? [];
    if (section && key !== undefined && leadingSpace.test(line)) {
      value += `\n${strip(line)}`;
      section.set(key, value);
    } else if (name !== undefined) {
      section = name === 'DEFAULT' ? defaults : (sections.get(name) ?? new Map<string, string>());
      if (section !== defaults) sections.set(name, section);
      // A section cannot begin with the continuation of the section before it.
      key = undefined;
    } else if (!section) {
      problems.push({ line: index + 1, message: 'stands before the first [section]' });
    } else if (writtenKey !== undefined && rest !== undefined) {
      key = lowerKey(writtenKey.replace(trailingSpace, ''));
      value = parseValue(rest);
      section.set(key, value);
    } else {
      problems.push({ line: index + 1, message: 'is neither [section] nor key = value' });
    }
  }
  return { ini: { defaults, sections }, problems };
}

function parseValue(rest: string): string {
  const semicolon = rest.indexOf(';');
  // Python looks at the character before the first `;` only, and before position 0 it finds the last one.
  const before = semicolon === -1 ? undefined : rest.at(semicolon - 1);
  const value = strip(before !== undefined && leadingSpace.test(before) ? rest.slice(0, semicolon) : rest);
  return value === '""' ? '' : value;
}
