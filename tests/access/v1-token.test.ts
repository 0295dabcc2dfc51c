/** Tokens of the v1 protocol: Basic once, then the Token. */
import * as fc from 'fast-check';
import { createV1Tokens, type V1Grant, type V1Tokens } from '../../app/access/tokens/v1-token';
import { names } from '../registry/arbitrary-references';
import { NOW_SECONDS } from './hand-made-tokens';

const secret = Buffer.alloc(32, 7);
const create = (changes: Partial<Parameters<typeof createV1Tokens>[0]> = {}): V1Tokens =>
  createV1Tokens({ secret, ttlSeconds: 600, nowSeconds: () => NOW_SECONDS, ...changes });

const tokens = create();
const alice: V1Grant = { user: 'alice', name: 'demo/hello' };

/** As docker sends back what it got. */
const send = (header: string): string => `Token ${header}`;

describe('the wire form', () => {
  it.each([
    ['demo/hello', 'demo/hello'],
    ['hello', 'library/hello'],
    ['library/hello', 'library/hello'],
    ['a/b/c', 'a/b/c'],
  ])('of %s names %s', (name, repository) => {
    const { header } = tokens.issue({ user: 'alice', name });

    expect(header).toMatch(/^signature=[\w.-]+,repository="[^",]+",access=read$/);
    expect(header).toContain(`,repository="${repository}",`);
  });

  it('says when it expires, and depends on the secret', () => {
    const { header } = tokens.issue(alice);

    expect(header).toMatch(new RegExp(`^signature=${NOW_SECONDS + 600}\\.[\\w-]+\\.[\\w-]+\\.[\\w-]{43},`));
    expect(tokens.issue(alice).header).toBe(header);
    expect(create({ secret: Buffer.alloc(32, 8) }).issue(alice).header).not.toBe(header);
  });
});

describe('valid', () => {
  it.each<[what: string, grant: V1Grant]>([
    ['for a user', alice],
    ['for a name of one component', { user: 'alice', name: 'hello' }],
    ['for a name that begins with library/ by itself', { user: 'alice', name: 'library/hello' }],
    ['for nobody', { user: undefined, name: 'demo/hello' }],
    ['for a user with all kinds of characters', { user: 'dept,"x"=y:\u0000 ü😀', name: 'demo/hello' }],
  ])('%s', (_what, grant) => {
    expect(tokens.verify(send(tokens.issue(grant).header))).toEqual({ kind: 'valid', ...grant });
  });

  it('an empty user is nobody', () => {
    expect(tokens.verify(send(tokens.issue({ user: '', name: 'a' }).header))).toEqual({
      kind: 'valid',
      user: undefined,
      name: 'a',
    });
  });

  it.each(['token', 'TOKEN', 'Token ', ' '.repeat(3)])('with the scheme and spaces written as %j', (start) => {
    const scheme = start.trim() === '' ? `Token${start}` : start;

    expect(tokens.verify(`${scheme} ${tokens.issue(alice).header} `)).toEqual({ kind: 'valid', ...alice });
  });

  it('in another process with the same secret', () => {
    expect(create().verify(send(tokens.issue(alice).header))).toEqual({ kind: 'valid', ...alice });
  });
});

it.each([
  ['no header', undefined],
  ['an empty header', ''],
  ['Basic', 'Basic YTpi'],
  ['anonymous Basic', 'Basic Og=='],
  ['Bearer', 'Bearer a.b.c'],
  ['an empty Token (docker 1.5)', 'Token '],
  ['an empty Token without its space', 'Token'],
  ['an empty Token with many spaces', 'Token    '],
  ['a scheme that begins like it', 'Tokens signature=x'],
  ['a scheme that ends like it', 'XToken signature=x'],
])('is none: %s', (_what, authorization) => {
  expect(tokens.verify(authorization)).toEqual({ kind: 'none' });
});

describe('refuses', () => {
  const { header } = tokens.issue(alice);
  const [expiry = '', name = '', user = '', signature = ''] = (/signature=([^,]*)/.exec(header)?.[1] ?? '').split('.');
  const build = (parts: string[], repository = 'demo/hello'): string =>
    send(`signature=${parts.join('.')},repository="${repository}",access=read`);
  const encode = (text: string): string => Buffer.from(text).toString('base64url');

  it.each([
    ['another user', [expiry, name, encode('bob'), signature]],
    ['nobody', [expiry, name, '', signature]],
    ['another name', [expiry, encode('demo/other'), user, signature], 'demo/other'],
    ['a later expiry', [String(NOW_SECONDS + 9999), name, user, signature]],
    ['parts moved over the dots', [expiry, `${name}${user}`, '', signature]],
    ['a signature of another secret', [expiry, name, user, 'A'.repeat(43)]],
  ])('%s', (_what, parts, repository = 'demo/hello') => {
    expect(tokens.verify(build(parts, repository))).toEqual({ kind: 'refused', reason: 'was not issued here' });
  });

  it('another repository beside a good signature', () => {
    expect(tokens.verify(build([expiry, name, user, signature], 'demo/other'))).toEqual({
      kind: 'refused',
      reason: 'is for another repository than it says',
    });
  });

  it('what expired', () => {
    const at = (nowSeconds: number): string => create({ nowSeconds: () => nowSeconds }).verify(send(header)).kind;

    expect([NOW_SECONDS, NOW_SECONDS + 599, NOW_SECONDS + 600, NOW_SECONDS + 1e6].map(at)).toEqual([
      'valid',
      'valid',
      'refused',
      'refused',
    ]);
    expect(create({ nowSeconds: () => NOW_SECONDS + 600 }).verify(send(header))).toEqual({
      kind: 'refused',
      reason: 'expired at 2026-01-01T00:10:00.000Z',
    });
  });

  it.each([
    ['what docker asks for a token with', 'Token true'],
    ['no signature', 'Token repository="demo/hello",access=read'],
    ['an empty signature', 'Token signature=,repository="demo/hello",access=read'],
    ['another access', send(header.replace('access=read', 'access=write'))],
    ['no quotes', send(header.replaceAll('"', ''))],
    ['more behind it', send(`${header},x=y`)],
    ['two tokens', send(`${header},${header}`)],
    ['an expiry of words', build(['soon', name, user, signature])],
    ['a long expiry', build(['1'.repeat(13), name, user, signature])],
    ['a short signature', build([expiry, name, user, signature.slice(1)])],
    ['a line break', send(header).replace('access', '\naccess')],
  ])('what is malformed: %s', (_what, authorization) => {
    expect(tokens.verify(authorization)).toEqual({ kind: 'refused', reason: 'is malformed' });
  });

  it.each([
    ['of a megabyte', `Token ${'a'.repeat(1024 * 1024)}`],
    ['of a megabyte of spaces', `Token ${' '.repeat(1024 * 1024)}`],
    ['that would be good', send(tokens.issue({ user: 'u'.repeat(4000), name: 'a' }).header)],
  ])('a header %s', (_what, authorization) => {
    expect(tokens.verify(authorization)).toEqual({ kind: 'refused', reason: 'is too long' });
  });
});

describe('in general', () => {
  const grants = fc.record({
    user: fc.option(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 100 }), { nil: undefined }),
    name: names,
  });

  it('a token is verified as it was issued', () => {
    fc.assert(
      fc.property(grants, (grant) => {
        const { header } = tokens.issue(grant);

        expect(header).toMatch(/^signature=[\w.-]+,repository="[a-z0-9._/-]+",access=read$/);
        expect(tokens.verify(send(header))).toEqual({ kind: 'valid', ...grant });
      }),
      { numRuns: 300 },
    );
  });

  it('any changed character makes it refused', () => {
    const characters = fc.oneof(
      fc.constantFrom(...Array.from('ABCXYZabcxyz0189-_.,="/ ')),
      fc.string({ unit: 'binary', maxLength: 1 }),
    );
    fc.assert(
      fc.property(grants, fc.nat(), characters, (grant, position, character) => {
        const { header } = tokens.issue(grant);
        const at = position % header.length;
        const changed = header.slice(0, at) + character + header.slice(at + 1);
        // Spaces around a value are no part of it.
        const isSame = changed.trim() === header;

        expect(tokens.verify(send(changed)).kind).toBe(isSame ? 'valid' : 'refused');
      }),
      { numRuns: 500 },
    );
  });

  it('nothing fails', () => {
    const { header } = tokens.issue(alice);
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc
        .array(fc.constantFrom('Token ', 'signature=', ',repository="', '",access=read', header, '.', 'a'), {
          maxLength: 8,
        })
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(texts, fc.constantFrom('', 'Token '), (text, start) => {
        expect(['none', 'valid', 'refused']).toContain(tokens.verify(start + text).kind);
      }),
      { numRuns: 500 },
    );
  });
});

it('reads the clock of the machine when no other is given', () => {
  const own = createV1Tokens({ secret, ttlSeconds: 60 });

  expect(own.verify(send(own.issue(alice).header))).toEqual({ kind: 'valid', ...alice });
  expect(own.verify(send(tokens.issue(alice).header)).kind).toBe(
    Date.now() / 1000 < NOW_SECONDS + 600 ? 'valid' : 'refused',
  );
});
