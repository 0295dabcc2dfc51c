/** What a redirect file must be, second part: the fields that all versions share. */
import {
  createDocument,
  findProblems,
  omit,
  parse,
  parseRepository,
  VERSIONS,
  type Document,
  type Version,
} from './documents';

const findDocumentProblems = (document: unknown): string[] => findProblems(JSON.stringify(document));

const MUST_BE_URL = 'must be an absolute http or https URL without fragment and control characters';
const MUST_BE_NAME =
  'must be lower case letters, digits, dots, dashes and underscores, in components separated by slashes';
const MUST_BE_DIRECTORY = 'must be one path component of printable ASCII without a percent sign';

describe.each(VERSIONS)('version %i', (version) => {
  const create = (changes: Document): Document => createDocument(version, changes);

  it('is accepted as Pulp writes it', () => {
    expect(parse(create({}))).toMatchObject({ kind: 'parsed', warnings: [], repository: { version } });
  });

  it('ignores keys that it does not know', () => {
    const extra = { future: { deep: [null] }, '': 1, constructor: 1, toString: null, hasOwnProperty: 'x' };
    const text = JSON.stringify(create(extra)).replace(/\{/, '{"__proto__":{"url":7,"protected":true},');

    expect(parse(JSON.parse(text))).toEqual(parse(create({})));
  });

  const required: Record<Version, string[]> = {
    1: ['repo-registry-id', 'url', 'images', 'tags'],
    2: ['repo-registry-id', 'url'],
    3: ['repo-registry-id', 'url', 'schema2_data'],
    4: ['repo-registry-id', 'url', 'schema2_data', 'manifest_list_data', 'manifest_list_amd64_tags'],
    5: ['repo-registry-id', 'url', 'schema2_data', 'manifest_list_data', 'manifest_list_amd64_tags', 'schema1_data'],
  };

  it.each(required[version])('needs %s', (key) => {
    expect(findDocumentProblems(omit(create({}), key))).toEqual([`/${key}: is missing`]);
    expect(findDocumentProblems(create({ [key]: null }))).toHaveLength(1);
  });

  it('tells all that is missing', () => {
    const problems = findDocumentProblems({ version });

    expect(problems.sort()).toEqual(required[version].map((key) => `/${key}: is missing`).sort());
  });

  it.each(['type', 'repository', 'protected'])('does not need %s', (key) => {
    expect(parse(omit(create({}), key))).toMatchObject({ kind: 'parsed', warnings: [] });
  });

  it.each<[value: unknown, message: string]>([
    [['a'], 'must be string'],
    [{ a: 1 }, 'must be string'],
    [1, 'must be string'],
    [null, 'must be string'],
    ['', MUST_BE_NAME],
    ['/', MUST_BE_NAME],
    ['a/', MUST_BE_NAME],
    ['/a', MUST_BE_NAME],
    ['a//b', MUST_BE_NAME],
    ['.', MUST_BE_NAME],
    ['a/..', MUST_BE_NAME],
    ['../a', MUST_BE_NAME],
    ['Demo/hello', MUST_BE_NAME],
    ['a b', MUST_BE_NAME],
    ['a\n', MUST_BE_NAME],
    ['a\u0000b', MUST_BE_NAME],
    ['é', MUST_BE_NAME],
    ['a:b', MUST_BE_NAME],
    ['a'.repeat(256), 'must NOT have more than 255 characters'],
  ])('refuses repo-registry-id %j', (name, message) => {
    expect(findDocumentProblems(create({ 'repo-registry-id': name }))).toEqual([`/repo-registry-id: ${message}`]);
  });

  it.each<[value: unknown, message: string]>([
    [null, 'must be string'],
    [['https://a/'], 'must be string'],
    [{}, 'must be string'],
    ['', MUST_BE_URL],
    ['/pulp/docker/v2/', MUST_BE_URL],
    ['//static.example.com/', MUST_BE_URL],
    ['static.example.com/a/', MUST_BE_URL],
    ['http:a', MUST_BE_URL],
    ['http:/a', MUST_BE_URL],
    ['http://', MUST_BE_URL],
    ['http:///a', MUST_BE_URL],
    ['http://?x', MUST_BE_URL],
    [' http://a/', MUST_BE_URL],
    ['javascript:alert(1)', MUST_BE_URL],
    ['javascript://a/%0aalert(1)', MUST_BE_URL],
    ['data:text/html,x', MUST_BE_URL],
    ['file:///etc/passwd', MUST_BE_URL],
    ['ftp://a/', MUST_BE_URL],
    ['ws://a/', MUST_BE_URL],
    ['http://a/\r\nSet-Cookie: x', MUST_BE_URL],
    ['http://a/\n', MUST_BE_URL],
    ['http://a\t/', MUST_BE_URL],
    ['http://a/\u0000', MUST_BE_URL],
    ['http://a/\u007f', MUST_BE_URL],
    ['http://a/#b', MUST_BE_URL],
    ['http://a#b', MUST_BE_URL],
    ['http://[::1', 'is not an absolute http or https URL'],
    ['http://a b/', 'is not an absolute http or https URL'],
    ['http://a:99999/', 'is not an absolute http or https URL'],
    ['http://%00/', 'is not an absolute http or https URL'],
  ])('refuses url %j', (url, message) => {
    expect(findDocumentProblems(create({ url }))).toEqual([`/url: ${message}`]);
  });

  it.each([
    ...['http://a', 'HTTPS://A.example.com/x', 'http://a:8080/', 'http://[2001:db8::1]:80/x/', 'http://127.0.0.1'],
    ...['https://a/?x=1&y=2', 'https://a?x', 'https://a/b c/d', 'https://a/größe/', 'https://müller.example.com/'],
  ])('accepts url %j', (url) => {
    expect(parse(create({ url }))).toMatchObject({ kind: 'parsed', warnings: [] });
  });

  it.each(['False', 'TRUE', 'yes', '', 0, 1, null, [], {}])('refuses protected %j', (value) => {
    expect(findDocumentProblems(create({ protected: value }))).toEqual([
      '/protected: must be one of [true,false,"true","false"]',
    ]);
  });

  it.each<[value: unknown, isProtected: boolean]>([
    [true, true],
    [false, false],
    ['true', true],
    ['false', false],
  ])('reads protected %j', (value, isProtected) => {
    expect(parseRepository(create({ protected: value })).isProtected).toBe(isProtected);
  });

  it('is not protected unless it says so', () => {
    expect(parseRepository(omit(create({}), 'protected')).isProtected).toBe(false);
  });

  it.each<[value: unknown, message: string]>([
    [1, 'must be string'],
    [null, 'must be string'],
    ['', MUST_BE_DIRECTORY],
    ['.', MUST_BE_DIRECTORY],
    ['..', MUST_BE_DIRECTORY],
    ['a/b', MUST_BE_DIRECTORY],
    ['../a', MUST_BE_DIRECTORY],
    ['a\n', MUST_BE_DIRECTORY],
    ['a\u0000', MUST_BE_DIRECTORY],
    ['x'.repeat(256), MUST_BE_DIRECTORY],
  ])('refuses repository %j: it is a directory', (repository, message) => {
    expect(findDocumentProblems(create({ repository }))).toEqual([`/repository: ${message}`]);
  });

  it('refuses a type that is no text, but takes any text', () => {
    expect(findDocumentProblems(create({ type: 4 }))).toEqual(['/type: must be string']);
    expect(parse(create({ type: 'handmade' }))).toMatchObject({ kind: 'parsed' });
  });

  it.each(['a..b', '_x', '..............'])('serves the old name %s, with a warning', (name) => {
    const parsed = parse(create({ 'repo-registry-id': name }));

    expect(parsed).toMatchObject({
      kind: 'parsed',
      repository: { name },
      warnings: [
        { pointer: '/repo-registry-id', severity: 'warning', message: expect.stringContaining(name) as string },
      ],
    });
  });

  it('tells all mistakes at once', () => {
    const problems = findDocumentProblems(create({ url: 'x', protected: 1, 'repo-registry-id': ['a'] }));

    expect(problems.map((problem) => problem.split(':')[0]).sort()).toEqual([
      '/protected',
      '/repo-registry-id',
      '/url',
    ]);
  });
});
