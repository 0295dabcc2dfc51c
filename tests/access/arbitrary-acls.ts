/** Patterns, access control lists, clients and repositories that often have to do with each other. */
import * as fc from 'fast-check';
import type { Client } from '../../app/access/policy/client';
import type { RepositoryFacts } from '../../app/access/policy/policy';

const nearComponents = fc
  .oneof(fc.constantFrom('a', 'b', 'ab', 'a.b'), fc.stringMatching(/^[ab.]{1,4}$/))
  .filter((component) => !/^\.{1,2}$/.test(component));

const join = (components: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.array(components, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));

/** Names of few letters, so that patterns match them. */
export const nearNames = join(nearComponents);

const patternComponents = fc.oneof(
  { weight: 2, arbitrary: fc.constant('**') },
  { weight: 1, arbitrary: fc.constant('*') },
  { weight: 2, arbitrary: nearComponents },
  {
    weight: 2,
    arbitrary: fc.stringMatching(/^[ab*]{1,5}$/).map((text) => text.replace(/\*+/g, '*')),
  },
);

export const patterns = join(patternComponents);

export interface RuleDocument {
  who: string | string[];
  names: string | string[];
  access: 'pull' | 'none';
  protected?: boolean;
}

const oneOrMore = <T>(items: fc.Arbitrary<T>): fc.Arbitrary<T | T[]> =>
  fc.oneof(items, fc.array(items, { minLength: 1, maxLength: 3 }));

const words = fc.constantFrom(
  ...['everyone', 'anonymous', 'users', 'certificate', 'user:alice', 'user:bob', 'group:both', 'group:nobody'],
);

export const rules: fc.Arbitrary<RuleDocument> = fc.record(
  {
    who: oneOrMore(words),
    names: oneOrMore(fc.oneof(fc.constant('**'), patterns)),
    access: fc.constantFrom('pull', 'none'),
    protected: fc.boolean(),
  },
  { requiredKeys: ['who', 'names', 'access'] },
);

export const printAcl = (documents: RuleDocument[]): string =>
  JSON.stringify({ groups: { both: ['alice', 'bob'], nobody: [] }, rules: documents });

/** Clients without a token. */
export const clients: fc.Arbitrary<Client> = fc.record({
  user: fc.constantFrom(undefined, 'alice', 'bob', 'mallory'),
  entitlement: fc.constantFrom(
    undefined,
    () => true,
    () => false,
    (path: string) => path.startsWith('/a'),
  ),
  token: fc.constant(undefined),
});

export const repositories: fc.Arbitrary<RepositoryFacts> = fc
  .record({ name: nearNames, isProtected: fc.boolean() })
  .map((facts) => ({ ...facts, storageUrl: { prefix: `https://static.example.com/${facts.name}/`, suffix: '' } }));
