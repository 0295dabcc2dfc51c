/**
 * Patterns over repository names, as an access control list has them:
 *
 *     team/app     that name
 *     team-*       `*`: any characters within one component, also none
 *     team/**      `**`: any number of whole components; at the end at least one, so not `team` itself
 *     **           every name
 *
 * In front, `**` and a slash and `app` are `app`, `team/app` and `team/a/app`. Nothing else is special, and what no name
 * can hold is a mistake. A match takes at most as many steps as the lengths of name and pattern multiplied, whatever they
 * are. Pure.
 */

export type NamePattern = (name: string) => boolean;

export type ParsedNamePattern = { kind: 'parsed'; pattern: NamePattern } | { kind: 'refused'; message: string };

/** No name is longer. */
const LONGEST_PATTERN = 255;

const FOREIGN = /[^a-z0-9._*/-]/;
const EMPTY_COMPONENT = /^\/|\/\/|\/$/;
const PARTIAL_DOUBLE_STAR = /\*\*[^/]|[^/]\*\*/;
const DOT_COMPONENT = /(?:^|\/)\.{1,2}(?:\/|$)/;

export function parseNamePattern(text: string): ParsedNamePattern {
  const message = findMistake(text);
  return message === undefined ? { kind: 'parsed', pattern: compile(text) } : { kind: 'refused', message };
}

function findMistake(text: string): string | undefined {
  if (text === '') return 'is empty; ** is every name';
  if (text.length > LONGEST_PATTERN) return `is longer than ${LONGEST_PATTERN} characters`;
  if (FOREIGN.test(text)) {
    return 'can match no name: names have lower case letters, digits, dots, dashes and underscores';
  }
  if (EMPTY_COMPONENT.test(text)) return 'can match no name: it has a slash at an end, or two in a row';
  if (PARTIAL_DOUBLE_STAR.test(text)) return '** stands for whole components; within one write *';
  if (DOT_COMPONENT.test(text)) return 'can match no name: no component of a name is . or ..';
  return undefined;
}

function compile(text: string): NamePattern {
  const star = text.indexOf('*');
  if (star === -1) return (name) => name === text;
  // Most patterns end with their first star, and most names begin otherwise. No name ends with a slash, as a prefix does.
  const prefix = text.slice(0, star);
  if (text.slice(star) === '**') return (name) => name.startsWith(prefix);
  // At the end `**` is one component, and then any number.
  const components = text
    .split('/')
    .flatMap((part, at, { length }) => (part === '**' && at === length - 1 ? ['*', part] : part));
  return (name) => name.startsWith(prefix) && fits(components, name.split('/'), '**', matchesComponent);
}

const matchesComponent = (pattern: string, component: string): boolean =>
  fits(pattern, component, '*', (expected, character) => expected === character);

/**
 * Whether `items` are what `pattern` says, in which `any` stands for any number of items. On a misfit it goes back to the
 * last `any` only: what an earlier one could take instead, the last one can take as well.
 */
function fits(
  pattern: ArrayLike<string>,
  items: ArrayLike<string>,
  any: string,
  fitsItem: (expected: string, item: string) => boolean,
): boolean {
  let next = 0;
  let afterAny = -1;
  let takenByAny = 0;
  let at = 0;
  while (at < items.length) {
    const [expected, item] = [pattern[next], items[at] as string];
    if (expected === any) {
      afterAny = ++next;
      takenByAny = at;
    } else if (expected !== undefined && fitsItem(expected, item)) {
      next++;
      at++;
    } else if (afterAny !== -1) {
      next = afterAny;
      at = ++takenByAny;
    } else return false;
  }
  while (pattern[next] === any) next++;
  return next === pattern.length;
}
