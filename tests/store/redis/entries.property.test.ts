/** What is written to Redis of a repository is read again as it was. */
import * as fc from 'fast-check';
import { ReferenceTableBuilder } from '../../../app/redirects/build-reference-table';
import { digestOf, fieldOf, listEntries, readEntry } from '../../../app/store/redis/entries';
import { printFacts, readFacts } from '../../../app/store/redis/facts';
import { ALL_PARTITIONS, CATALOG, partitionOf } from '../../../app/store/redis/keys';
import { createDocument, digest, parseRepository, VERSIONS } from '../../redirects/documents';
import { ANY_FORM, HAS_AMD64, IN_LISTS } from '../../../app/redirects/table-layout';

const reference = fc.oneof(fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/), fc.nat(1000).map(digest));

it('every reference, with its forms and its amd64 image', () => {
  const published = fc.record({
    forms: fc.integer({ min: 1, max: 7 }),
    amd64: fc.option(fc.record({ image: fc.nat(1000).map(digest), version: fc.constantFrom(1, 2) })),
  });
  fc.assert(
    fc.property(fc.dictionary(reference, published), (all) => {
      const builder = new ReferenceTableBuilder();
      for (const [key, { forms, amd64 }] of Object.entries(all)) {
        builder.add(key, forms);
        if (amd64) builder.add(key, HAS_AMD64 | IN_LISTS, amd64.image, amd64.version);
      }
      const table = builder.build(ANY_FORM);
      const hash = new Map([...listEntries(table)].map(({ field, value }) => [field.toString('hex'), value]));

      expect(hash.size).toBe(Object.keys(all).length);
      for (const key of Object.keys(all)) {
        expect(readEntry(hash.get(fieldOf(key).toString('hex')) ?? null)).toEqual(table.find(key));
      }
    }),
  );
});

it.each(VERSIONS)('the facts of version %i', (version) => {
  const repository = parseRepository(createDocument(version));
  const facts = readFacts('demo/hello', printFacts(repository));
  const counts = (text: unknown): unknown => JSON.parse(JSON.stringify(text));

  expect(facts).toMatchObject({ name: 'demo/hello', layout: repository.layout, version });
  expect(counts(readFacts('demo/hello', printFacts(facts)))).toEqual(counts(facts));
});

it('a digest tells apart whatever an answer depends on', () => {
  const documents = [
    createDocument(5),
    createDocument(4),
    createDocument(5, { protected: true }),
    createDocument(5, { url: 'https://other.example.com/' }),
    createDocument(5, { repository: 'other' }),
    createDocument(5, { schema2_data: [digest(2)] }),
    createDocument(5, { schema1_data: [] }),
    createDocument(5, { manifest_list_amd64_tags: { latest: [digest(9), 2] } }),
  ];
  const digests = documents.map((document) => digestOf(parseRepository(document)));

  expect(new Set(digests).size).toBe(documents.length);
  expect(digestOf(parseRepository(createDocument(5)))).toBe(digests[0]);
});

it('names are spread over all partitions but the catalog', () => {
  const counts = new Map<string, number>();
  for (let number = 0; number < 25_600; number++) {
    const partition = partitionOf(`team${number % 100}/app-${number}`);
    counts.set(partition, (counts.get(partition) ?? 0) + 1);
  }

  expect([...counts.keys()].sort()).toEqual(ALL_PARTITIONS.filter((partition) => partition !== CATALOG));
  expect(Math.max(...counts.values())).toBeLessThan(200);
});
