/** What the access claim of a token grants. */
import * as fc from 'fast-check';
import { formatAccessClaim, parseAccessClaim } from '../../app/access/tokens/token-claims';
import { names } from '../registry/arbitrary-references';

const pull = { type: 'repository', name: 'a', actions: ['pull'] };
const catalog = { type: 'registry', name: 'catalog', actions: ['*'] };

it.each<[what: string, claim: unknown, names: string[], mayReadCatalog?: boolean]>([
  ['one repository', [pull], ['a']],
  ['two repositories', [pull, { ...pull, name: 'b/c' }], ['a', 'b/c']],
  ['one repository twice', [pull, pull], ['a']],
  ['pull and push', [{ ...pull, actions: ['push', 'pull'] }], ['a']],
  ['all actions', [{ ...pull, actions: ['*'] }], ['a']],
  ['push only', [{ ...pull, actions: ['push'] }], []],
  ['no action', [{ ...pull, actions: [] }], []],
  ['null for no actions (docker_auth)', [{ ...pull, actions: null }], []],
  ['a text for actions', [{ ...pull, actions: 'pull' }], []],
  ['actions of other kinds', [{ ...pull, actions: [1, null, ['pull'], {}] }], []],
  ['a class', [{ ...pull, class: 'plugin' }], ['a']],
  ['another type', [{ ...pull, type: 'registry' }], []],
  ['a type in capitals', [{ ...pull, type: 'Repository' }], []],
  ['a name that is no text', [{ ...pull, name: 5 }], []],
  ['no name', [{ type: 'repository', actions: ['pull'] }], []],
  ['the catalog', [catalog], [], true],
  ['the catalog among others', [pull, catalog], ['a'], true],
  ['the catalog without all actions', [{ ...catalog, actions: ['pull'] }], []],
  ['another registry', [{ ...catalog, name: 'other' }], []],
  ['a repository called catalog', [{ ...catalog, type: 'repository' }], ['catalog']],
  ['nothing', undefined, []],
  ['null', null, []],
  ['an empty list', [], []],
  ['an object', pull, []],
  ['a text', 'repository:a:pull', []],
  ['entries of other kinds', [null, 1, 'a', [], {}, [pull]], []],
])('%s', (_what, claim, expected, mayReadCatalog = false) => {
  expect(parseAccessClaim(claim)).toEqual({ names: new Set(expected), mayReadCatalog });
});

it('writes what other registries read', () => {
  expect(formatAccessClaim({ names: new Set(['a', 'b/c']), mayReadCatalog: true })).toEqual([
    pull,
    { ...pull, name: 'b/c' },
    catalog,
  ]);
  expect(formatAccessClaim({ names: new Set(), mayReadCatalog: false })).toEqual([]);
});

it('reads what it wrote', () => {
  fc.assert(
    fc.property(fc.uniqueArray(names), fc.boolean(), (list, mayReadCatalog) => {
      const access = { names: new Set(list), mayReadCatalog };

      expect(parseAccessClaim(JSON.parse(JSON.stringify(formatAccessClaim(access))))).toEqual(access);
    }),
  );
});

it('never fails, whatever JSON a token holds', () => {
  const entries = fc.record(
    {
      type: fc.oneof(fc.constantFrom('repository', 'registry'), fc.jsonValue()),
      name: fc.oneof(fc.constantFrom('catalog', '__proto__'), fc.jsonValue()),
      actions: fc.oneof(fc.constant(['pull', '*']), fc.jsonValue()),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), fc.array(fc.oneof(entries, fc.jsonValue()))), (claim) => {
      const access = parseAccessClaim(claim);

      expect([...access.names].every((name) => typeof name === 'string')).toBe(true);
    }),
    { numRuns: 500 },
  );
});
