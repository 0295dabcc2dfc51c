/** Who sees what: a protected repository looks as if it did not exist, by whatever protocol. */
import { ANONYMOUS } from '../../app/access/policy/client';
import { hideFrom } from '../../app/access/policy/visibility';
import type { Lookup } from '../../app/redirects/lookup';
import type { ImageRepository, RegistryRepository } from '../../app/redirects/repository';
import { createDocument, parseRepository, VERSIONS, type Version } from '../redirects/documents';
import { policyOf } from './policies';

/** A repository of the v2 protocol, one of the v1 protocol, and what both list of `latest`. */
function createLookup(protectedVersions: Version[], present: Version[]): Lookup {
  const create = (version: Version): unknown =>
    parseRepository(createDocument(version, { protected: protectedVersions.includes(version) }));
  const [registry, images] = [create(4) as RegistryRepository, create(1) as ImageRepository];
  const hasRegistry = present.includes(4);
  const hasImages = present.includes(1);
  return {
    registry: hasRegistry ? registry : undefined,
    published: hasRegistry && registry.layout === 'forms' ? registry.references.find('latest') : undefined,
    images: hasImages ? images : undefined,
    image: hasImages ? images.references.find('latest') : undefined,
  };
}

const OPEN = policyOf(undefined, {}, false);

describe.each(VERSIONS)('a repository of version %i', (version) => {
  it.each([
    [true, false],
    ['true', false],
    [false, true],
    ['false', true],
  ])('that says protected: %j is visible: %j', (given, expected) => {
    expect(OPEN.mayPull(ANONYMOUS, parseRepository(createDocument(version, { protected: given })))).toBe(expected);
  });
});

describe('a name with v2 and v1 content', () => {
  it.each<[what: string, isProtected: Version[], seen: Version[]]>([
    ['both open', [], [4, 1]],
    ['v2 protected', [4], [1]],
    ['v1 protected', [1], [4]],
    ['both protected', [4, 1], []],
  ])('%s', (_what, isProtected, seen) => {
    expect(hideFrom(ANONYMOUS, createLookup(isProtected, [4, 1]), OPEN)).toEqual(createLookup(isProtected, seen));
  });

  it.each<[what: string, isProtected: Version[], present: Version[], seen: Version[]]>([
    ['nothing', [], [], []],
    ['v2 only, open', [], [4], [4]],
    ['v2 only, protected', [4], [4], []],
    ['v1 only, open', [], [1], [1]],
    ['v1 only, protected', [1], [1], []],
  ])('or with one of them: %s', (_what, isProtected, present, seen) => {
    expect(hideFrom(ANONYMOUS, createLookup(isProtected, present), OPEN)).toEqual(createLookup(isProtected, seen));
  });
});

it('a protected repository is answered exactly like an unknown one', () => {
  expect(hideFrom(ANONYMOUS, createLookup([4, 1], [4, 1]), OPEN)).toEqual(
    hideFrom(ANONYMOUS, createLookup([], []), OPEN),
  );
});

it.each<[what: string, user: string | undefined, rules: unknown[] | null, seen: Version[]]>([
  ['nobody, no list', undefined, null, [1]],
  ['a user, no list', 'alice', null, [4, 1]],
  ['nobody, a list', undefined, [{ who: 'everyone', names: '**', access: 'pull', protected: true }], [4]],
  ['a user, a list', 'alice', [{ who: 'users', names: 'other', access: 'pull' }], [4]],
  ['a user who may see nothing', 'alice', [{ who: 'users', names: '**', access: 'none' }], []],
])('what a client may not pull is hidden from him: %s', (_what, user, rules, seen) => {
  const lookup = createLookup([4], [4, 1]);
  expect(hideFrom({ ...ANONYMOUS, user }, lookup, policyOf(rules))).toEqual(createLookup([4], seen));
});
