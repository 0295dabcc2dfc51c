/** What holds for every redirect file: nonsense, nearly right ones, and all that a publisher can write. */
import * as fc from 'fast-check';
import { isDigest, isImageId, isName, isTag } from '../../app/registry/grammar';
import type { ParsedRedirectFile } from '../../app/redirects/parse-redirect-file';
import { digests, imageIds, names, references, tags } from '../registry/arbitrary-references';
import { createDocument, FILE, parse, parseText, VERSIONS, type Document } from './documents';
import { HAS_AMD64, IN_LISTS, IN_SCHEMA1, IN_SCHEMA2, IS_IMAGE, IS_IMAGE_TAG } from '../../app/redirects/table-layout';

/** A repository that is safe to serve, or problems that say where and what. */
function expectSound(parsed: ParsedRedirectFile): void {
  if (parsed.kind === 'refused') {
    expect(parsed.problems.length).toBeGreaterThan(0);
    expect(parsed.problems.length).toBeLessThanOrEqual(20);
    for (const { file, pointer, message, severity } of parsed.problems) {
      expect([file, severity]).toEqual([FILE, 'error']);
      expect(pointer).toMatch(/^(?:\/(?:[^~/]|~[01])*)*$/);
      expect(message).toMatch(/[a-z]/);
      expect(message).not.toContain('undefined');
    }
    return;
  }
  const { repository } = parsed;
  expect(isName(repository.name)).toBe(true);
  expect(repository.publisherId).not.toMatch(/[/\p{Cc}]|^\.{0,2}$/u);
  expect(repository.storageUrl.prefix).toMatch(/^https?:\/\/[\x21-\x7e]+\/$/);
  expect(repository.storageUrl.suffix).toMatch(/^(?:\?[\x21-\x7e]+)?$/);
  if (repository.layout === 'flat') return;
  for (const { key, published } of repository.references.entries()) {
    expect([key, isTag(key) || isDigest(key) || isImageId(key)]).toEqual([key, true]);
    const { value } = published;
    expect([key, value === '' || isTag(value) || isDigest(value) || isImageId(value)]).toEqual([key, true]);
  }
}

describe('no text makes a fault', () => {
  it('whatever characters it has', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (text) => {
        expectSound(parseText(text));
      }),
      { numRuns: 500 },
    );
  });

  it('wherever a good one is cut, or has a character changed', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...VERSIONS),
        fc.nat(700),
        fc.string({ unit: 'binary', maxLength: 2 }),
        fc.boolean(),
        (version, position, inserted, isCut) => {
          const text = JSON.stringify(createDocument(version));
          expectSound(parseText(text.slice(0, position) + inserted + (isCut ? '' : text.slice(position + 1))));
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe('no document makes a fault', () => {
  const values = fc.oneof(
    fc.jsonValue(),
    fc.array(fc.oneof(references, fc.jsonValue())),
    fc.dictionary(fc.oneof(tags, fc.string()), fc.oneof(imageIds, fc.tuple(digests, fc.integer({ min: 0, max: 3 })))),
    fc.constantFrom('javascript:alert(1)', 'http://', 'http://[', 'https://a/#', 'a/../b', '\u0000', Number.MAX_VALUE),
  );
  const keys = fc.constantFrom(
    ...[
      'version',
      'type',
      'repository',
      'repo-registry-id',
      'url',
      'protected',
      'images',
      'tags',
      'extra',
      '__proto__',
    ],
    ...['schema1_data', 'schema2_data', 'manifest_list_data', 'manifest_list_amd64_tags'],
  );
  const changes = fc.array(fc.tuple(keys, values), { minLength: 1, maxLength: 3 });

  it('whatever stands in its fields', () => {
    fc.assert(
      fc.property(fc.constantFrom(...VERSIONS), changes, (version, list) => {
        expectSound(parse(createDocument(version, Object.fromEntries(list))));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('all that a publisher can write is accepted', () => {
  const referenceLists = fc.array(references, { maxLength: 20 });
  const dictionaryOf = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<Record<string, T>> =>
    fc.dictionary(tags, values, { maxKeys: 10 });
  const common = {
    'repo-registry-id': names,
    url: fc.webUrl({ withQueryParameters: true }),
    protected: fc.constantFrom(true, false, 'true', 'false'),
    repository: fc.stringMatching(/^[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}$/),
    type: fc.constant('pulp-docker-redirect'),
  };
  const forms = {
    schema2_data: referenceLists,
    manifest_list_data: referenceLists,
    manifest_list_amd64_tags: dictionaryOf(fc.tuple(digests, fc.constantFrom(1, 2))),
  };
  const record = (fields: Record<string, fc.Arbitrary<unknown>>, optional: string[] = []): fc.Arbitrary<Document> => {
    const all: Record<string, fc.Arbitrary<unknown>> = { ...common, ...fields };
    const isOptional = (key: string): boolean => ['type', 'repository', 'protected', ...optional].includes(key);
    return fc.record(all, { requiredKeys: Object.keys(all).filter((key) => !isOptional(key)) });
  };

  const expectFacts = (document: Document): Exclude<ParsedRedirectFile, { kind: 'refused' }>['repository'] => {
    const parsed = parse(document);
    if (parsed.kind === 'refused') throw new Error(JSON.stringify(parsed.problems));
    expectSound(parsed);
    expect(parsed.repository).toMatchObject({
      name: document['repo-registry-id'],
      version: document['version'],
      isProtected: document['protected'] === true || document['protected'] === 'true',
    });
    return parsed.repository;
  };

  it('version 1', () => {
    const documents = record({
      version: fc.constant(1),
      images: fc.array(imageIds.map((id) => ({ id }))),
      tags: dictionaryOf(imageIds),
    });
    fc.assert(
      fc.property(documents, (document) => {
        const repository = expectFacts(document);
        if (repository.layout !== 'images') throw new Error(repository.layout);
        const { references: table } = repository;
        for (const { id } of document['images'] as { id: string }[]) {
          expect(Number(table.find(id)?.forms) & IS_IMAGE).toBe(IS_IMAGE);
        }
        for (const [tag, id] of Object.entries(document['tags'] as object)) {
          expect(Number(table.find(tag)?.forms) & IS_IMAGE_TAG).toBe(IS_IMAGE_TAG);
          expect(table.find(tag)?.value).toBe(id);
        }
        expect(table.tags()).toEqual(Object.keys(document['tags'] as object).sort());
      }),
    );
  });

  it('version 2', () => {
    fc.assert(
      fc.property(record({ version: fc.constant(2) }), (document) => {
        expect(expectFacts(document).layout).toBe('flat');
      }),
    );
  });

  const formDocuments = fc.oneof(
    record({ version: fc.constant(3), schema2_data: referenceLists, schema1_data: referenceLists }, ['schema1_data']),
    record({ version: fc.constant(4), ...forms, schema1_data: referenceLists }, ['schema1_data']),
    record({ version: fc.constant(5), ...forms, schema1_data: referenceLists }),
  );

  it('versions 3 to 5, and every reference is found in exactly its forms', () => {
    fc.assert(
      fc.property(formDocuments, references, (document, other) => {
        const repository = expectFacts(document);
        if (repository.layout !== 'forms') throw new Error(repository.layout);
        expect(repository.listsSchema1).toBe(document['schema1_data'] !== undefined);
        const lists = {
          [IN_LISTS]: new Set((document['manifest_list_data'] ?? []) as string[]),
          [IN_SCHEMA2]: new Set(document['schema2_data'] as string[]),
          [IN_SCHEMA1]: new Set((document['schema1_data'] ?? []) as string[]),
          [HAS_AMD64]: new Set(Object.keys(document['manifest_list_amd64_tags'] ?? {})),
        };
        const known = new Set(Object.values(lists).flatMap((list) => [...list]));
        for (const reference of [...known, other]) {
          const forms = Object.entries(lists).reduce(
            (sum, [form, list]) => sum + (list.has(reference) ? Number(form) : 0),
            0,
          );
          expect(repository.references.find(reference)?.forms ?? 0).toBe(forms);
        }
        for (const [tag, value] of Object.entries(document['manifest_list_amd64_tags'] ?? {})) {
          const found = repository.references.find(tag);
          expect([found?.value, found?.valueNumber]).toEqual(value);
        }
        expect(repository.references.tags()).toEqual([...known].filter((reference) => !isDigest(reference)).sort());
      }),
    );
  });
});
