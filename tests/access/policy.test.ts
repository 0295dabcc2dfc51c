/** Who may pull what: the table of rules, tokens, and what is told of names that nobody has. */
import { ANONYMOUS, type TokenGrant } from '../../app/access/policy/client';
import { createPolicy } from '../../app/access/policy/policy';
import { createDocument, parseRepository, VERSIONS } from '../redirects/documents';
import { clientOf, policyOf, repositoryOf, tokenOf, type ClientWords } from './policies';
import table from './policy.cases.json';

const clients: Record<string, ClientWords> = table.clients;
const lists: Record<string, unknown[] | null> = table.lists;

describe.each(table.cases)('$list: $name, protected: $protected', ({ list, name, may, protected: isProtected }) => {
  it.each(Object.keys(clients))('%s', (client) => {
    const policy = policyOf(lists[list], { groups: table.groups });
    const repository = repositoryOf(name, isProtected);
    const asked = clientOf(clients[client] ?? {});
    expect(policy.mayPull(asked, repository)).toBe(may.includes(client));
    expect(policy.mayList(asked, repository)).toBe(may.includes(client));
  });
});

describe('with nothing configured', () => {
  const policy = createPolicy({ isAuthenticating: false });

  it.each(VERSIONS.flatMap((version) => [true, false].map((isProtected) => [version, isProtected] as const)))(
    'version %i, protected: %j, is as visible as ever',
    (version, isProtected) => {
      const repository = parseRepository(createDocument(version, { protected: isProtected }));
      expect(policy.mayPull(ANONYMOUS, repository)).toBe(!repository.isProtected);
      expect(policy.mayPull(ANONYMOUS, repository)).toBe(!isProtected);
    },
  );

  it('a name that nobody has is told to be unknown', () => {
    expect(policy.mayKnow(ANONYMOUS, 'a')).toBe(true);
    expect(policy.reveals).toBe(false);
  });
});

it('the certificate is asked for the path of the storage URL, and only where it matters', () => {
  const asked: string[] = [];
  const entitlement = (path: string): boolean => {
    asked.push(path);
    return true;
  };
  const client = { ...ANONYMOUS, entitlement };
  const storageUrl = { prefix: 'https://user@static.example.com:8443/a%20b/c/', suffix: '?d=/e/' };
  const policy = policyOf();
  expect(policy.mayPull(client, { name: 'a', isProtected: false, storageUrl })).toBe(true);
  expect(policy.mayPull({ ...client, user: 'alice' }, { name: 'a', isProtected: true, storageUrl })).toBe(true);
  expect(asked).toEqual([]);
  expect(policy.mayPull(client, { name: 'a', isProtected: true, storageUrl })).toBe(true);
  expect(asked).toEqual(['/a%20b/c/']);
});

describe('a token', () => {
  const RULES = [
    { who: 'user:alice', names: 'team/**', access: 'pull' },
    { who: 'certificate', names: 'rhel/**', access: 'pull' },
    { who: 'everyone', names: 'open/**', access: 'pull' },
  ];
  const policy = policyOf(RULES);
  const ALL = ['team/a', 'rhel/a', 'open/a', 'other/a'];
  const pulled = (words: ClientWords): string[] =>
    ALL.filter((name) => policy.mayPull(clientOf(words), repositoryOf(name)));
  const listed = (words: ClientWords): string[] =>
    ALL.filter((name) => policy.mayList(clientOf(words), repositoryOf(name)));
  const external = (pulls: string[], readsCatalog = false): TokenGrant =>
    tokenOf(pulls, { isExternal: true, readsCatalog });

  it.each<[what: string, words: ClientWords, names: string[]]>([
    ['that grants nothing leaves what is open', { user: 'alice', token: tokenOf([]) }, ['open/a']],
    ['narrows the user to what it grants', { user: 'alice', token: tokenOf(['team/b']) }, ['open/a']],
    ['grants what the policy allows its user', { user: 'alice', token: tokenOf(ALL) }, ['team/a', 'open/a']],
    ['of a user whose right was revoked', { user: 'bob', token: tokenOf(ALL) }, ['open/a']],
    ['of nobody', { token: tokenOf(ALL) }, ['open/a']],
    ['beside a certificate', { token: tokenOf([]), covers: '/covered/' }, ['rhel/a', 'open/a']],
    [
      'of an external service is the policy',
      { user: 'bob', token: external(['team/a', 'other/a']) },
      ['team/a', 'open/a', 'other/a'],
    ],
    ['of an external service without a user', { token: external(['other/a']) }, ['open/a', 'other/a']],
    ['of an external service makes nobody a user here', { user: 'alice', token: external([]) }, ['open/a']],
    ['of an external service beside a certificate', { token: external([]), covers: '/covered/' }, ['rhel/a', 'open/a']],
  ])('%s', (_what, words, expected) => {
    expect(pulled(words)).toEqual(expected);
    // Of our own tokens, the catalog looks at the user only.
    const withoutToken = { ...words, token: undefined };
    expect(listed(words)).toEqual(words.token?.isExternal ? expected : pulled(withoutToken));
  });

  it.each<[what: string, words: ClientWords, names: string[]]>([
    ['our own', { user: 'alice', token: tokenOf([], { readsCatalog: true }) }, ['team/a', 'open/a']],
    ['our own, that grants nothing', { user: 'alice', token: tokenOf([]) }, ['team/a', 'open/a']],
    ['our own, of nobody', { token: tokenOf([], { readsCatalog: true }) }, ['open/a']],
    ['an external one', { user: 'bob', token: external([], true) }, ALL],
  ])('that grants the catalog shows what its service lets the user see: %s', (_what, words, expected) => {
    expect(listed(words)).toEqual(expected);
    expect(pulled(words)).toEqual(['open/a']);
  });

  it('without a list, opens what is protected to users as far as it grants it', () => {
    const secret = repositoryOf('secret', true);
    const mayPull = (words: ClientWords): boolean => policyOf().mayPull(clientOf(words), secret);
    expect(mayPull({ user: 'alice', token: tokenOf(['secret']) })).toBe(true);
    expect(mayPull({ user: 'alice', token: tokenOf(['other']) })).toBe(false);
    expect(mayPull({ token: tokenOf(['secret']) })).toBe(false);
    expect(mayPull({ token: external(['secret']) })).toBe(true);
  });
});

describe('of a name that nobody has', () => {
  const EVERYONE_PROTECTED = { who: 'everyone', names: '**', access: 'pull', protected: true };
  const EVERYONE = { who: 'everyone', names: '**', access: 'pull' };

  it.each<[what: string, rules: unknown[] | null, words: ClientWords, mayPull: boolean, mayKnow: boolean]>([
    ['nobody, no list', null, {}, false, false],
    ['a user, no list', null, { user: 'alice' }, true, true],
    ['a certificate, no list', null, { covers: '/' }, false, false],
    ['nobody, all open', [EVERYONE], {}, false, false],
    ['a user, all open', [EVERYONE], { user: 'alice' }, true, true],
    ['nobody, all open and on purpose', [EVERYONE_PROTECTED, EVERYONE], {}, true, true],
    ['nobody, what is not protected is closed', [EVERYONE_PROTECTED], {}, true, false],
    ['a user, what is not protected is closed', [], { user: 'alice' }, true, false],
    ['a certificate that the rule wants', [{ ...EVERYONE, who: 'certificate' }], { covers: '/' }, false, false],
    [
      'a certificate that the rule refuses',
      [{ ...EVERYONE, who: 'certificate', access: 'none' }, EVERYONE_PROTECTED, EVERYONE],
      { covers: '/' },
      false,
      false,
    ],
    [
      'no certificate, where the rule refuses one',
      [{ ...EVERYONE, who: 'certificate', access: 'none' }, EVERYONE_PROTECTED, EVERYONE],
      {},
      true,
      true,
    ],
    ['a token that grants it', null, { user: 'alice', token: tokenOf(['gone']) }, true, true],
    ['a token that does not', null, { user: 'alice', token: tokenOf(['other']) }, false, false],
    ['an external token that grants it', [], { token: tokenOf(['gone'], { isExternal: true }) }, true, true],
  ])('%s', (_what, rules, words, mayPull, mayKnow) => {
    const policy = policyOf(rules);
    expect([policy.mayPullName(clientOf(words), 'gone'), policy.mayKnow(clientOf(words), 'gone')]).toEqual([
      mayPull,
      mayKnow,
    ]);
  });

  it('everyone may know where the list reveals what exists, or nobody can log in', () => {
    expect(policyOf([], { reveal: true })).toMatchObject({ reveals: true });
    expect(policyOf([], { reveal: true }).mayKnow(ANONYMOUS, 'gone')).toBe(true);
    expect(policyOf([], {}, false).mayKnow(ANONYMOUS, 'gone')).toBe(true);
    expect(policyOf([]).mayKnow(ANONYMOUS, 'gone')).toBe(false);
  });
});
