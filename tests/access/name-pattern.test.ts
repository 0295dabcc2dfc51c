/** Patterns over repository names: the table, and what holds for all of them. */
import * as fc from 'fast-check';
import { parseNamePattern, type NamePattern } from '../../app/access/policy/name-pattern';
import { names } from '../registry/arbitrary-references';
import { nearNames, patterns } from './arbitrary-acls';

function parse(text: string): NamePattern {
  const parsed = parseNamePattern(text);
  if (parsed.kind === 'refused') throw new Error(`${text}: ${parsed.message}`);
  return parsed.pattern;
}

it.each<[pattern: string, matched: string[], others: string[]]>([
  ['**', ['a', 'a/b', 'a/b/c', '_legacy-/x'], []],
  ['**/**', ['a', 'a/b', 'a/b/c'], []],
  ['*', ['a', 'team-a'], ['a/b', 'a/b/c']],
  ['team', ['team'], ['team/a', 'teams', 'a/team', 'tea']],
  ['team/a', ['team/a'], ['team', 'team/ab', 'team/a/b', 'teamxa']],
  ['a.b', ['a.b'], ['axb', 'a-b']],
  ['team/*', ['team/a', 'team/long-name'], ['team', 'team/a/b', 'teams/a']],
  ['team/**', ['team/a', 'team/a/b', 'team/a/b/c'], ['team', 'teams', 'teams/a', 'a/team/b']],
  ['team*', ['team', 'teams', 'team-a'], ['team/a', 'a/team', 'tea']],
  ['team-*/app', ['team-a/app', 'team-/app', 'team-a-b/app'], ['team/app', 'team-a/x/app', 'team-a/apps', 'team-a']],
  ['*-dev', ['a-dev', '-dev', 'a-dev-dev'], ['a-devs', 'a-dev/x', 'x/a-dev']],
  ['a*b*c', ['abc', 'a-b-c', 'abbcc', 'a.c.b.c'], ['acb', 'ab/c', 'abcd']],
  ['*a*', ['a', 'ba', 'ab', 'bab'], ['b', 'a/b']],
  ['rhel*/**', ['rhel/x', 'rhel7/x', 'rhel7/x/y'], ['rhel7', 'x/rhel7/y']],
  ['**/app', ['app', 'a/app', 'a/b/app', 'app/app'], ['apps', 'a/apps', 'app/a', 'a-app']],
  ['**/app*', ['app', 'a/app', 'a/apps', 'apps/apps'], ['apps/a']],
  ['a/**/z', ['a/z', 'a/b/z', 'a/b/c/z', 'a/z/z'], ['a', 'z', 'a/b', 'az', 'a/z/y', 'b/a/z']],
  ['a/**/b/**', ['a/b/c', 'a/x/b/c/d', 'a/b/b'], ['a/b', 'a/x/c', 'a']],
  ['**/a/**/a/b', ['a/a/b', 'x/a/a/y/a/b', 'a/x/a/b'], ['a/b', 'x/a/b', 'a/a/b/c']],
  ['**/b-*/**', ['b-/x', 'a/b-1/x/y'], ['b-1', 'a/b-1', 'b/x']],
  ['**/*/*', ['a/b', 'a/b/c'], ['a']],
])('%s', (pattern, matched, others) => {
  const matches = parse(pattern);
  expect([...matched, ...others].filter(matches)).toEqual(matched);
});

const FOREIGN = 'can match no name: names have lower case letters, digits, dots, dashes and underscores';
const SLASHES = 'can match no name: it has a slash at an end, or two in a row';
const PARTIAL = '** stands for whole components; within one write *';
const DOTS = 'can match no name: no component of a name is . or ..';

it.each([
  ['', 'is empty; ** is every name'],
  ['a'.repeat(256), 'is longer than 255 characters'],
  ['Team/**', FOREIGN],
  ['team/?', FOREIGN],
  ['[ab]', FOREIGN],
  ['{a,b}', FOREIGN],
  ['!team', FOREIGN],
  ['team/a:latest', FOREIGN],
  ['team/**\n', FOREIGN],
  ['tëam', FOREIGN],
  ['/', SLASHES],
  ['/team', SLASHES],
  ['team/', SLASHES],
  ['team//a', SLASHES],
  ['team**', PARTIAL],
  ['**team', PARTIAL],
  ['a/***', PARTIAL],
  ['a/b**c/d', PARTIAL],
  ['.', DOTS],
  ['..', DOTS],
  ['../a', DOTS],
  ['a/./**', DOTS],
  ['a/..', DOTS],
])('%j is a mistake', (text, message) => {
  expect(parseNamePattern(text)).toEqual({ kind: 'refused', message });
});

it.each(['a'.repeat(255), '.a', 'a..b', '*.', '...', '-', '_*_'])('%s is none', (text) => {
  expect(parseNamePattern(text).kind).toBe('parsed');
});

it('no text and no name makes a fault', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (text, name) => {
      const parsed = parseNamePattern(text);
      const told = parsed.kind === 'parsed' ? parsed.pattern(name) : parsed.message;
      expect(String(told)).toMatch(/[a-z]/);
    }),
    { numRuns: 1000 },
  );
});

/** As the rules read, by trying everything. */
function matchesNaively([pattern, ...patternRest]: string[], name: string[]): boolean {
  if (pattern === undefined) return name.length === 0;
  if (pattern === '**') {
    if (patternRest.length === 0) return name.length > 0;
    return name.some((_, taken) => matchesNaively(patternRest, name.slice(taken)));
  }
  const [component, ...nameRest] = name;
  const expression = new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '.*')}$`);
  return component !== undefined && expression.test(component) && matchesNaively(patternRest, nameRest);
}

it('matches as one who tries everything', () => {
  let matched = 0;
  fc.assert(
    fc.property(patterns, fc.array(fc.oneof(nearNames, names), { minLength: 5, maxLength: 5 }), (pattern, asked) => {
      const matches = parse(pattern);
      for (const name of asked) {
        matched += Number(matches(name));
        expect([name, matches(name)]).toEqual([name, matchesNaively(pattern.split('/'), name.split('/'))]);
      }
    }),
    { numRuns: 2000 },
  );
  // The property means something only when it has met both.
  expect(matched).toBeGreaterThan(500);
  expect(matched).toBeLessThan(9500);
});

/** As often as it fits into the length of a name, with something behind it. */
const repeat = (parts: string[], separator: string): string =>
  Array<string[]>(Math.floor(240 / (parts.join(separator).length + separator.length)))
    .fill(parts)
    .flat()
    .join(separator);

it('ends at once, whatever pattern and name are made for', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('a', '*a', '*b', '*b*a'), { minLength: 1, maxLength: 3 }),
      fc.array(fc.constantFrom('**', '*', '*a', 'a*a*a', 'a', '*b*'), { minLength: 1, maxLength: 4 }),
      fc.array(fc.constantFrom('a', 'aa', 'ab', 'aaaa'), { minLength: 1, maxLength: 3 }),
      fc.constantFrom('', '/'),
      (characters, components, named, separator) => {
        const name = repeat(named, separator);
        const within = repeat(characters, '');
        const across = repeat(components, '/');
        // A name without a z: every way is tried in vain.
        for (const pattern of [`${within}*z`, `**/${within}*z`, `${across}/z`, `${across}/**/*z`, `**/${across}/z`]) {
          expect([pattern, name, parse(pattern)(name)]).toEqual([pattern, name, false]);
        }
      },
    ),
    { numRuns: 200 },
  );
});
