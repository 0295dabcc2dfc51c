/** What a redirect file must be, third part: the references that it lists. */
import { createDocument, digest, findProblems, imageId, parse, type Document, type Version } from './documents';

const findDocumentProblems = (document: unknown): string[] => findProblems(JSON.stringify(document));

const MUST_BE_REFERENCE = 'must be a tag or a digest';
const MUST_BE_IMAGE_ID = 'must be an image id: up to 128 letters, digits, dots, dashes and underscores';
const UPPER = `sha256:${'A'.repeat(64)}`;

describe('the images and tags of version 1', () => {
  it.each<[what: string, changes: Document, problems: string[]]>([
    ['images that are an object', { images: { id: imageId(1) } }, ['/images: must be array']],
    ['images that are text', { images: imageId(1) }, ['/images: must be array']],
    ['bare ids', { images: [imageId(1)] }, ['/images/0: must be object']],
    ['an image without id', { images: [{ id: imageId(1) }, {}] }, ['/images/1/id: is missing']],
    ['an id that is null', { images: [{ id: null }] }, ['/images/0/id: must be string']],
    ['an id that leaves the directory', { images: [{ id: '../x' }] }, [`/images/0/id: ${MUST_BE_IMAGE_ID}`]],
    ['an id of dots', { images: [{ id: '..' }] }, [`/images/0/id: ${MUST_BE_IMAGE_ID}`]],
    ['an empty id', { images: [{ id: '' }] }, [`/images/0/id: ${MUST_BE_IMAGE_ID}`]],
    ['tags that are an array', { tags: [['latest', imageId(1)]] }, ['/tags: must be object']],
    ['a tag without id', { tags: { a: null } }, ['/tags/a: must be string']],
    ['a tag whose id is none', { tags: { a: 'x/y' } }, [`/tags/a: ${MUST_BE_IMAGE_ID}`]],
    ['a tag that is none', { tags: { '-a': imageId(1) } }, ['/tags/-a: is not a valid tag']],
    ['an empty tag', { tags: { '': imageId(1) } }, ['/tags/: is not a valid tag']],
    ['a tag with a slash', { tags: { 'a/b~c': imageId(1) } }, ['/tags/a~1b~0c: is not a valid tag']],
    ['a tag with a colon', { tags: { 'a:b': imageId(1) } }, ['/tags/a:b: is not a valid tag']],
    ['a tag of 129 characters', { tags: { ['x'.repeat(129)]: 'a' } }, [`/tags/${'x'.repeat(129)}: is not a valid tag`]],
  ])('may not have %s', (_what, changes, problems) => {
    expect(findDocumentProblems(createDocument(1, changes))).toEqual(problems);
  });

  it.each<[what: string, changes: Document]>([
    ['nothing', { images: [], tags: {} }],
    ['a tag whose image is not listed', { images: [], tags: { latest: imageId(9) } }],
    ['short ids', { images: [{ id: 'abc' }], tags: { a: 'abc' } }],
    ['images with more than an id', { images: [{ id: 'a', parent: null }] }],
    ['an image twice', { images: [{ id: 'a' }, { id: 'a' }] }],
  ])('may have %s', (_what, changes) => {
    expect(parse(createDocument(1, changes))).toMatchObject({ kind: 'parsed', warnings: [] });
  });
});

describe('lists of references', () => {
  const lists: [version: Version, key: string][] = [
    [3, 'schema2_data'],
    [3, 'schema1_data'],
    [4, 'schema2_data'],
    [4, 'manifest_list_data'],
    [4, 'schema1_data'],
    [5, 'schema2_data'],
    [5, 'manifest_list_data'],
    [5, 'schema1_data'],
  ];

  describe.each(lists)('of version %i: %s', (version, key) => {
    it.each<[value: unknown, pointer: string, message: string]>([
      [null, '', 'must be array'],
      ['latest', '', 'must be array'],
      [{ 0: 'latest', length: 1 }, '', 'must be array'],
      [1, '', 'must be array'],
      [false, '', 'must be array'],
      [[null], '/0', 'must be string'],
      [['a', ['b']], '/1', 'must be string'],
      [['a', 'b', 3], '/2', 'must be string'],
      [[''], '/0', MUST_BE_REFERENCE],
      [['a', '../b'], '/1', MUST_BE_REFERENCE],
      [['.a'], '/0', MUST_BE_REFERENCE],
      [['a b'], '/0', MUST_BE_REFERENCE],
      [['a\r\nb'], '/0', MUST_BE_REFERENCE],
      [['latest\n'], '/0', MUST_BE_REFERENCE],
      [['sha256:abc'], '/0', MUST_BE_REFERENCE],
      [[UPPER], '/0', MUST_BE_REFERENCE],
      [[`sha512:${'0'.repeat(64)}`], '/0', MUST_BE_REFERENCE],
      [['x'.repeat(129)], '/0', MUST_BE_REFERENCE],
    ])('may not be %j', (value, pointer, message) => {
      expect(findDocumentProblems(createDocument(version, { [key]: value }))).toEqual([
        `/${key}${pointer}: ${message}`,
      ]);
    });

    it.each([
      [[]],
      [[digest(1), digest(1), 'a', 'a']],
      [[`sha512:${'0'.repeat(128)}`]],
      [['__proto__', 'constructor', 'tags', 'x'.repeat(128), '0'.repeat(64)]],
    ])('may be %j', (value) => {
      expect(parse(createDocument(version, { [key]: value }))).toMatchObject({ kind: 'parsed', warnings: [] });
    });
  });

  it.each<[version: Version, key: string]>([
    [1, 'schema2_data'],
    [1, 'schema1_data'],
    [2, 'schema2_data'],
    [2, 'schema1_data'],
    [2, 'tags'],
    [3, 'manifest_list_data'],
    [3, 'manifest_list_amd64_tags'],
    [3, 'images'],
    [4, 'tags'],
    [5, 'images'],
  ])('are not looked at in version %i when it has no %s', (version, key) => {
    for (const value of [null, 7, 'abc', [1], [['x']], { latest: 1 }, { a: [digest(1), 2] }, ['stray']]) {
      expect(parse(createDocument(version, { [key]: value }))).toEqual(parse(createDocument(version)));
    }
  });
});

describe.each([4, 5] as const)('the amd64 images of version %i', (version) => {
  it.each<[what: string, value: unknown, problems: string[]]>([
    ['null', null, ['/manifest_list_amd64_tags: must be object']],
    ['an array', [], ['/manifest_list_amd64_tags: must be object']],
    ['text', 'latest', ['/manifest_list_amd64_tags: must be object']],
    ['a value that is null', { a: null }, ['/manifest_list_amd64_tags/a: must be array']],
    ['a value that is a digest', { a: digest(1) }, ['/manifest_list_amd64_tags/a: must be array']],
    ['an empty value', { a: [] }, ['/manifest_list_amd64_tags/a: must NOT have fewer than 2 items']],
    ['a short value', { a: [digest(1)] }, ['/manifest_list_amd64_tags/a: must NOT have fewer than 2 items']],
    ['a long value', { a: [digest(1), 2, 3] }, ['/manifest_list_amd64_tags/a: must NOT have more than 2 items']],
    ['a digest in upper case', { a: [UPPER, 2] }, [`/manifest_list_amd64_tags/a/0: ${MUST_BE_REFERENCE}`]],
    ['a null digest', { a: [null, 2] }, ['/manifest_list_amd64_tags/a/0: must be string']],
    ['schema version 3', { a: [digest(1), 3] }, ['/manifest_list_amd64_tags/a/1: must be one of [1,2]']],
    ['a schema version in quotes', { a: [digest(1), '2'] }, ['/manifest_list_amd64_tags/a/1: must be one of [1,2]']],
    [
      'a schema version that is true',
      { a: [digest(1), true] },
      ['/manifest_list_amd64_tags/a/1: must be one of [1,2]'],
    ],
    [
      'a digest as tag',
      { [digest(1)]: [digest(1), 2] },
      [`/manifest_list_amd64_tags/${digest(1)}: is not a valid tag`],
    ],
    ['a tag that is none', { '../~a': [digest(1), 2] }, ['/manifest_list_amd64_tags/..~1~0a: is not a valid tag']],
  ])('may not be %s', (_what, value, problems) => {
    expect(findDocumentProblems(createDocument(version, { manifest_list_amd64_tags: value }))).toEqual(problems);
  });

  it.each<[what: string, value: Document]>([
    ['none', {}],
    ['of both schema versions', { a: [digest(1), 1], b: [digest(2), 2] }],
    ['named by where they are filed', { a: ['a-amd64', 2], b: [`sha512:${'0'.repeat(128)}`, 2] }],
  ])('may be %s', (_what, value) => {
    expect(parse(createDocument(version, { manifest_list_amd64_tags: value }))).toMatchObject({
      kind: 'parsed',
      warnings: [],
    });
  });
});
