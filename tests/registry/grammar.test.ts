/** Which names, tags, digests and image ids exist: the specification's, and what older producers have published. */
import fc from 'fast-check';
import { isDigest, isImageId, isName, isStandardName, isTag, looksLikeDigest } from '../../app/registry/grammar';

const LONG = 'a'.repeat(255);
const HEX = '0123456789abcdef'.repeat(4);

describe('names', () => {
  it.each([
    ...['a', '0', 'hello', 'library/hello', 'a/b/c/d/e/f', 'a.b', 'a_b', 'a__b', 'a-b', 'a----b', '1.2.3/x-y_z'],
    ...['tags', 'manifests/blobs', 'tags/list', 'constructor', LONG, `${'a/'.repeat(127)}a`],
  ])('the specification allows %s', (name) => {
    expect([isStandardName(name), isName(name)]).toEqual([true, true]);
  });

  it.each([
    ...['a..b', '_x', 'x_', '-', '.a', 'a.', 'a___b', 'a._b', '..............', '...', '__proto__', 'a/-b', 'a/...'],
  ])('old Pulp allowed %s, the specification does not', (name) => {
    expect([isStandardName(name), isName(name)]).toEqual([false, true]);
  });

  it.each([
    ...['', '/', 'a/', '/a', 'a//b', '.', '..', 'a/.', 'a/..', './a', '../a', 'a/../b', 'a/./b'],
    ...['A', 'Library/hello', 'a:b', 'a@b', 'a b', 'a+b', 'é', 'a\n', 'a\u0000', 'a%2fb', 'a\\b', 'a?b', 'a#b'],
    ...[`${LONG}a`, `${'a/'.repeat(127)}ab`],
  ])('nobody allows %j', (name) => {
    expect([isStandardName(name), isName(name)]).toEqual([false, false]);
  });
});

describe('tags', () => {
  it.each(['latest', 'a', '_', '0', '1.0', 'v1..2', 'a-', 'A_b.C-d', 'tags', '__proto__', HEX, 'x'.repeat(128)])(
    '%s is one',
    (tag) => {
      expect(isTag(tag)).toBe(true);
    },
  );

  it.each(['', '.', '..', '.a', '-a', 'a b', 'a/b', 'a:b', 'é', 'a\n', 'a\u0000', 'a+b', 'x'.repeat(129)])(
    '%j is none',
    (tag) => {
      expect(isTag(tag)).toBe(false);
    },
  );
});

describe('digests', () => {
  it.each([`sha256:${HEX}`, `sha512:${HEX}${HEX}`])('%s is one', (digest) => {
    expect([isDigest(digest), looksLikeDigest(digest)]).toEqual([true, true]);
  });

  it.each([
    ...[`sha256:${HEX.toUpperCase()}`, `SHA256:${HEX}`, `sha256:${HEX}0`, `sha256:${HEX.slice(1)}`, 'sha256:', ':'],
    ...[`sha512:${HEX}`, `sha256:${HEX}${HEX}`, `sha384:${HEX}${HEX.slice(32)}`, `md5:${HEX.slice(32)}`],
    ...[`sha256:${HEX}\n`, ` sha256:${HEX}`, `sha256:${HEX.replace('a', 'g')}`, `sha256:${HEX.replace('a', 'é')}`],
    ...[`sha256:${HEX.slice(1)}０`, `sha512:${HEX}${HEX.slice(1)}A`],
  ])('%j is none, and no tag either', (digest) => {
    expect([isDigest(digest), looksLikeDigest(digest), isTag(digest)]).toEqual([false, true, false]);
  });

  it.each([HEX, `sha256-${HEX}`, 'latest'])('%s is a tag: it holds no colon', (tag) => {
    expect([isDigest(tag), looksLikeDigest(tag), isTag(tag)]).toEqual([false, false, true]);
  });
});

describe('what is judged by character', () => {
  const anyText = fc.oneof(
    fc.string({ maxLength: 140 }),
    fc.stringMatching(/^[a-zA-Z0-9._/:é-]{0,140}$/),
    fc.stringMatching(/^sha(?:256|512):[0-9a-fg]{60,130}$/),
    fc.stringMatching(/^(?:[a-z0-9._-]{0,9}\/){0,5}[a-z0-9._-]{0,9}$/),
  );

  it.each<[what: string, judge: (text: string) => boolean, expected: RegExp]>([
    ['a name', isName, /^(?!(?:.*\/)?\.{1,2}(?:\/|$))[a-z0-9._-]+(?:\/[a-z0-9._-]+)*$/],
    ['a tag', isTag, /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/],
    ['a digest', isDigest, /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/],
  ])('%s is what the expression says', (_what, judge, expected) => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(judge(text)).toBe(expected.test(text));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('image ids', () => {
  it.each([HEX, 'a', 'abc123', 'ABC', 'test-image_1.0', 'x'.repeat(128)])('%s is one', (id) => {
    expect(isImageId(id)).toBe(true);
  });

  it.each(['', '.', '..', '-a', '_a', 'a/b', 'a b', '%2e', 'a\n', 'é', `sha256:${HEX}`, 'x'.repeat(129)])(
    '%j is none',
    (id) => {
      expect(isImageId(id)).toBe(false);
    },
  );
});
