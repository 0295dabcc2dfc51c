/** What a token request asks for, in all the ways in which clients write it. */
import * as fc from 'fast-check';
import { CATALOG_SCOPE, formatScope, parseScopes } from '../../app/access/tokens/scope';
import { names } from '../registry/arbitrary-references';

const read = (...parameters: string[]): { names: string[]; wantsCatalog: boolean } => {
  const { names: asked, wantsCatalog } = parseScopes(parameters);
  return { names: [...asked], wantsCatalog };
};

it.each<[what: string, parameters: string[], names: string[], wantsCatalog?: boolean]>([
  ['no scope (docker login)', [], []],
  ['an empty scope', [''], []],
  ['one repository', ['repository:demo/hello:pull'], ['demo/hello']],
  ['a name of one component', ['repository:hello:pull'], ['hello']],
  ['pull and push', ['repository:a/b:pull,push'], ['a/b']],
  ['push before pull', ['repository:a/b:push,pull'], ['a/b']],
  ['everything', ['repository:a/b:*'], ['a/b']],
  ['push only', ['repository:a/b:push'], []],
  ['no action', ['repository:a/b:'], []],
  ['an action that begins like pull', ['repository:a/b:pulls'], []],
  ['an action in capitals', ['repository:a/b:PULL'], []],
  ['a class', ['repository(plugin):a/b:pull'], ['a/b']],
  ['an empty class', ['repository():a/b:pull'], []],
  ['a broken class', ['repository(plugin:a/b:pull'], []],
  ['several in one parameter', ['repository:a:pull repository:b:pull'], ['a', 'b']],
  ['several parameters', ['repository:a:pull', 'repository:b:pull'], ['a', 'b']],
  ['the same one twice', ['repository:a:pull', 'repository:a:pull,push'], ['a']],
  ['many spaces', ['  repository:a:pull   repository:b:pull '], ['a', 'b']],
  ['the catalog', ['registry:catalog:*'], [], true],
  ['the catalog and a repository', ['repository:a:pull registry:catalog:*'], ['a'], true],
  ['the catalog, but not all of it', ['registry:catalog:pull'], []],
  ['another registry', ['registry:other:*'], []],
  ['another type', ['image:a:pull'], []],
  ['a type that ends like one', ['xrepository:a:pull'], []],
  ['a type that begins like one', ['repositoryx:a:pull'], []],
  ['a host with a port, which no repository here is called by', ['repository:host:5000/a:pull'], []],
  ['a name that is only a colon longer', ['repository:a::pull'], []],
  ['no name', ['repository::pull'], []],
  ['two parts only', ['repository:pull'], []],
  ['no colon', ['repository', 'pull', '*'], []],
  ['a name that climbs', ['repository:../a:pull repository:a/../b:pull'], []],
  ['a name in capitals', ['repository:A:pull'], []],
  ['a name that old Pulp allowed', ['repository:a..b:pull'], ['a..b']],
  ['a tab instead of a space', ['repository:a:pull\trepository:b:pull'], []],
  ['a line break behind it', ['repository:a:pull\n'], []],
  ['malformed ones beside a good one', ['x repository:a:pull ::: repository:'], ['a']],
])('%s', (_what, parameters, expected, wantsCatalog = false) => {
  expect(read(...parameters)).toEqual({ names: expected, wantsCatalog });
});

describe('too many', () => {
  const list = (count: number): string[] => Array.from({ length: count }, (_, index) => `repository:r${index}:pull`);

  it.each([
    ['in one parameter', (scopes: string[]) => [scopes.join(' ')]],
    ['in as many parameters', (scopes: string[]) => scopes],
    ['in two parameters', (scopes: string[]) => [scopes.slice(0, 60).join(' '), scopes.slice(60).join(' ')]],
  ])('scopes, %s: a hundred are read', (_how, arrange) => {
    expect(read(...arrange(list(100))).names).toHaveLength(100);
    expect(read(...arrange([...list(100), CATALOG_SCOPE, 'repository:late:pull']))).toEqual({
      names: list(100).map((scope) => scope.split(':')[1]),
      wantsCatalog: false,
    });
  });

  it('characters: a token for all of them would not fit into a header', () => {
    const long = (index: number): string => `${'a'.repeat(200)}${index}`;
    const asked = Array.from({ length: 60 }, (_, index) => formatScope(long(index)));

    expect(read(...asked, formatScope('short')).names).toEqual([
      ...Array.from({ length: 20 }, (_, index) => long(index)),
      'short',
    ]);
  });

  it('but a repository that is named again and again counts once', () => {
    const long = 'a'.repeat(200);

    expect(read(...Array<string>(50).fill(formatScope(long)), formatScope('b'.repeat(200))).names).toEqual([
      long,
      'b'.repeat(200),
    ]);
  });

  it('of a megabyte', () => {
    expect(read('repository:a:pull ' + ':'.repeat(1_000_000)).names).toEqual(['a']);
    expect(read('repository:' + 'a'.repeat(1_000_000) + ':pull').names).toEqual([]);
  });
});

it('reads the scope of its own challenge, for every name', () => {
  fc.assert(
    fc.property(fc.uniqueArray(names, { maxLength: 10 }), fc.boolean(), (list, wantsCatalog) => {
      const scopes = [...list.map(formatScope), ...(wantsCatalog ? [CATALOG_SCOPE] : [])];

      expect(read(...scopes)).toEqual({ names: list, wantsCatalog });
      expect(read(scopes.join(' '))).toEqual({ names: list, wantsCatalog });
    }),
  );
});

it('never fails, whatever is asked for', () => {
  const pieces = fc.constantFrom('repository', ':', '(', 'plugin)', 'registry:catalog:*', 'a/b', 'pull', ',', '*', ' ');
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(fc.array(texts), (parameters) => {
      expect(read(...parameters).names.every((name) => parameters.some((text) => text.includes(`:${name}:`)))).toBe(
        true,
      );
    }),
    { numRuns: 500 },
  );
});
