/** What becomes of a redirect file: one shape of repository, whatever its version. */
import { parseRedirectFile } from '../../app/redirects/parse-redirect-file';
import type { PublishedReference, ReferenceTable } from '../../app/redirects/reference-table';
import { createDocument, digest, FILE, imageId, omit, parseRepository, type Document, type Version } from './documents';
import { HAS_AMD64, IN_LISTS, IN_SCHEMA1, IN_SCHEMA2, IS_IMAGE, IS_IMAGE_TAG } from '../../app/redirects/table-layout';

/** All that the repository lists. */
function listReferences(document: Document): Record<string, PublishedReference> {
  const repository = parseRepository(document);
  if (repository.layout === 'flat') throw new Error('lists nothing');
  return Object.fromEntries([...repository.references.entries()].map(({ key, published }) => [key, published]));
}

const plain = (forms: number): PublishedReference => ({ forms, valueNumber: 0, value: '' });

const FACTS = {
  name: 'demo/hello',
  publisherId: 'Demo-Hello.1',
  storageUrl: { prefix: 'https://static.example.com/demo-hello/', suffix: '' },
  isProtected: false,
};

describe('the facts', () => {
  it.each([
    [1, { layout: 'images' }],
    [2, { layout: 'flat' }],
    [3, { layout: 'forms', listsSchema1: false }],
    [4, { layout: 'forms', listsSchema1: false }],
    [5, { layout: 'forms', listsSchema1: true }],
  ] as const)('of version %i', (version, shape) => {
    const { references, ...facts } = { references: undefined, ...parseRepository(createDocument(version)) };

    expect(facts).toEqual({ ...FACTS, version, ...shape });
    expect(references === undefined).toBe(version === 2);
  });

  it('of a file without Pulp’s id: the directory is named after the repository', () => {
    const document = omit(createDocument(4, { 'repo-registry-id': 'a/b-c/d' }), 'repository');

    expect(parseRepository(document)).toMatchObject({ name: 'a/b-c/d', publisherId: 'a-b-c-d' });
  });

  it('name the file in problems only', () => {
    expect(parseRedirectFile('{}', '/x/y.json')).toEqual({
      kind: 'refused',
      problems: [{ file: '/x/y.json', pointer: '/version', message: 'is missing', severity: 'error' }],
    });
    expect(JSON.stringify(parseRedirectFile(JSON.stringify(createDocument(4)), FILE))).not.toContain(FILE);
  });
});

describe('the references', () => {
  it('of version 1 are image ids, and tags with the image they mean', () => {
    expect(listReferences(createDocument(1))).toEqual({
      [imageId(1)]: plain(IS_IMAGE),
      [imageId(2)]: plain(IS_IMAGE),
      latest: { forms: IS_IMAGE_TAG, valueNumber: 0, value: imageId(1) },
    });
  });

  it('of version 1: one word may be a tag and an id, and a tag may mean an image that is not listed', () => {
    const references = listReferences(createDocument(1, { images: [{ id: 'abc' }], tags: { abc: 'x', x: 'abc' } }));

    expect(references).toEqual({
      abc: { forms: IS_IMAGE | IS_IMAGE_TAG, valueNumber: 0, value: 'x' },
      x: { forms: IS_IMAGE_TAG, valueNumber: 0, value: 'abc' },
    });
  });

  it('of version 3 are schema 2', () => {
    expect(listReferences(createDocument(3))).toEqual({ [digest(2)]: plain(IN_SCHEMA2), latest: plain(IN_SCHEMA2) });
  });

  it('of version 4 are lists, schema 2, and the amd64 images of lists', () => {
    expect(listReferences(createDocument(4))).toEqual({
      [digest(2)]: plain(IN_SCHEMA2),
      single: plain(IN_SCHEMA2),
      [digest(3)]: plain(IN_LISTS),
      latest: { forms: IN_LISTS | HAS_AMD64, valueNumber: 2, value: digest(2) },
    });
  });

  it('of version 5 are schema 1 too', () => {
    expect(listReferences(createDocument(5))).toMatchObject({
      [digest(1)]: plain(IN_SCHEMA1),
      old: plain(IN_SCHEMA1),
      latest: { forms: IN_LISTS | HAS_AMD64 | IN_SCHEMA1, valueNumber: 2, value: digest(2) },
    });
  });

  it('of one tag in every form add up, and duplicates count once', () => {
    const references = listReferences(
      createDocument(5, {
        schema2_data: ['a', 'a', digest(1), digest(1)],
        manifest_list_data: ['a', 'a'],
        schema1_data: ['a', digest(1)],
        manifest_list_amd64_tags: { a: [digest(1), 1] },
      }),
    );

    expect(references).toEqual({
      a: { forms: IN_LISTS | IN_SCHEMA2 | IN_SCHEMA1 | HAS_AMD64, valueNumber: 1, value: digest(1) },
      [digest(1)]: plain(IN_SCHEMA2 | IN_SCHEMA1),
    });
  });

  it('may have an amd64 image without being listed as a list', () => {
    expect(listReferences(createDocument(4, { manifest_list_amd64_tags: { only: [digest(7), 1] } }))).toMatchObject({
      only: { forms: HAS_AMD64, valueNumber: 1, value: digest(7) },
    });
  });

  it.each([3, 4] as const)('of version %i with schema1_data: schema 1 is known', (version) => {
    const document = createDocument(version, { schema1_data: ['old'] });

    expect(parseRepository(document)).toMatchObject({ layout: 'forms', listsSchema1: true, version });
    expect(listReferences(document)).toMatchObject({ old: plain(IN_SCHEMA1) });
  });

  it.each([3, 4, 5] as const)('of version %i with an empty schema1_data: it is known that there is none', (version) => {
    expect(parseRepository(createDocument(version, { schema1_data: [] }))).toMatchObject({ listsSchema1: true });
  });
});

describe('names that every object has', () => {
  const WORDS = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', 'length'];
  const tags = `{${WORDS.map((word) => `"${word}":"${imageId(1)}"`).join(',')}}`;
  const amd64 = `{${WORDS.map((word) => `"${word}":["${digest(1)}",1]`).join(',')}}`;
  const insert = (document: Document): string =>
    JSON.stringify(document).replace('"TAGS"', tags).replace('"AMD64"', amd64);

  const texts: [version: Version, text: string][] = [
    [1, insert(createDocument(1, { tags: 'TAGS', images: [{ id: 'constructor' }] }))],
    [3, insert(createDocument(3, { schema2_data: WORDS }))],
    [4, insert(createDocument(4, { manifest_list_amd64_tags: 'AMD64' }))],
    [5, insert(createDocument(5, { schema2_data: [], manifest_list_data: WORDS, schema1_data: WORDS }))],
  ];

  it.each(texts)('are tags as good as any in version %i', (_version, text) => {
    const parsed = parseRedirectFile(text, FILE);
    if (parsed.kind === 'refused' || parsed.repository.layout === 'flat') throw new Error('must have references');
    const { references } = parsed.repository;

    for (const word of WORDS) expect([word, references.find(word)?.forms]).toEqual([word, expect.any(Number)]);
    expect(references.tags()).toEqual(expect.arrayContaining(WORDS));
  });

  it.each([1, 3, 4, 5] as const)('are not there unless version %i lists them', (version) => {
    const repository = parseRepository(createDocument(version));
    if (repository.layout === 'flat') throw new Error('must have references');

    for (const word of WORDS) expect(repository.references.find(word)).toBeUndefined();
  });
});

describe('the tags', () => {
  it('are what is no digest, in byte order', () => {
    const document = createDocument(5, {
      schema2_data: [digest(2), 'b', 'a', 'B', '10', '9'],
      manifest_list_data: [`sha512:${'0'.repeat(128)}`, 'a.1', '_'],
      schema1_data: ['b', 'old', '0'.repeat(64)],
      manifest_list_amd64_tags: {},
    });
    const repository = parseRepository(document);
    const tags = repository.layout === 'forms' ? repository.references.tags() : [];

    expect(tags).toEqual(['0'.repeat(64), '10', '9', 'B', '_', 'a', 'a.1', 'b', 'old']);
  });

  it('of version 1 are its tags, not its images', () => {
    const repository = parseRepository(
      createDocument(1, { tags: { b: 'b', a: imageId(1) }, images: [{ id: 'b' }, { id: 'c' }] }),
    );
    const tags = repository.layout === 'images' ? repository.references.tags() : [];

    expect(tags).toEqual(['a', 'b']);
  });

  it('of version 1 are no words that every object has, even when an image is called so', () => {
    const document = createDocument(1, {
      images: [{ id: 'constructor' }, { id: 'toString' }],
      tags: { a: 'constructor' },
    });
    const repository = parseRepository(document);

    expect(repository.layout === 'images' && repository.references.tags()).toEqual(['a']);
  });

  it('of an empty repository are none', () => {
    const repository = parseRepository(createDocument(1, { images: [], tags: {} }));
    const { references } = repository as { references: ReferenceTable };

    expect([references.tags(), references.tagCount, references.isEmpty]).toEqual([[], 0, true]);
  });
});
