/** Contract of an index, first part: one file in service, replaced, renamed and removed. */
import type { PublishedReference } from '../../app/redirects/reference-table';
import { createDocument, digest, imageId, parseRepository, type Version } from '../redirects/documents';
import type { TriedIndex } from './tried-index';
import { HAS_AMD64, IN_LISTS, IN_SCHEMA1, IS_IMAGE, IS_IMAGE_TAG } from '../../app/redirects/table-layout';

interface Found {
  published?: PublishedReference;
  image?: PublishedReference;
}

export function describeFiles(create: () => Promise<TriedIndex>): void {
  let index: TriedIndex;
  beforeEach(async () => {
    index = await create();
  });

  describe('empty', () => {
    it('finds nothing', async () => {
      expect(await index.find('a', 'latest')).toEqual({});
      expect(await index.owners(imageId(1))).toEqual([]);
      expect([await index.names(), await index.names('a'), await index.imageNames(), index.duplicates()]).toEqual([
        [],
        [],
        [],
        [],
      ]);
    });

    it('can be told to remove what it does not hold', async () => {
      await index.remove('/f.json');

      expect(await index.names()).toEqual([]);
    });
  });

  describe('a file in service', () => {
    it.each([2, 3, 4, 5] as const)('of version %i is found by its name, with all that it says', async (version) => {
      await index.put({ version });
      const { references: table, ...facts } = { references: undefined, ...parseRepository(createDocument(version)) };
      const { registry, images } = await index.find('a');
      const { references: foundTable, ...found } = { references: undefined, ...registry };

      expect(found).toEqual({ ...facts, name: 'a', publisherId: 'x' });
      expect([images, foundTable === undefined]).toEqual([undefined, table === undefined]);
      expect([await index.names(), await index.imageNames()]).toEqual([['a'], []]);
    });

    it('of version 1 is found by its name, with all that it says', async () => {
      await index.put({ version: 1 });
      const { registry, images } = await index.find('a');

      expect(registry).toBeUndefined();
      expect(images).toMatchObject({ name: 'a', publisherId: 'x', layout: 'images', version: 1, isProtected: false });
      expect(images?.references).toMatchObject({ tagCount: 1, isEmpty: false });
      expect((await index.findImages('a')).lists.tags).toEqual(new Map([['latest', imageId(1)]]));
      expect([await index.names(), await index.imageNames()]).toEqual([[], ['a']]);
    });

    it.each<[version: Version, reference: string, found: Found]>([
      [5, 'latest', { published: { forms: IN_LISTS | HAS_AMD64 | IN_SCHEMA1, valueNumber: 2, value: digest(2) } }],
      [4, 'latest', { published: { forms: IN_LISTS | HAS_AMD64, valueNumber: 2, value: digest(2) } }],
      [4, digest(3), { published: { forms: IN_LISTS, valueNumber: 0, value: '' } }],
      [4, 'none', {}],
      [4, '__proto__', {}],
      [4, digest(9), {}],
      [2, 'latest', {}],
      [1, 'latest', { image: { forms: IS_IMAGE_TAG, valueNumber: 0, value: imageId(1) } }],
      [1, imageId(2), { image: { forms: IS_IMAGE, valueNumber: 0, value: '' } }],
      [1, 'none', {}],
    ])('of version %i says what it lists of %s', async (version, reference, found) => {
      await index.put({ version });
      const { published, image } = await index.find('a', reference);

      expect({ published, image }).toEqual(found);
    });

    it('says nothing of references that nobody asked for', async () => {
      await index.put({ version: 4 });
      await index.put({ file: '/v1.json', version: 1 });

      expect(await index.find('a')).toMatchObject({
        registry: {},
        images: {},
        published: undefined,
        image: undefined,
      });
    });

    it('is not found by what its name begins or ends with', async () => {
      await index.put({ name: 'a/b' });

      expect(await Promise.all(['a', 'a/', 'b', '/b', 'A/B', 'a/b/c', ''].map(index.served))).toEqual(
        Array.from({ length: 7 }, () => [undefined, undefined]),
      );
    });

    it('of version 1 and another of version 4 share a name', async () => {
      await index.put({ file: '/v1.json', version: 1, is: 'one' });
      await index.put({ file: '/v4.json', version: 4, is: 'four' });

      expect(await index.served('a')).toEqual(['four', 'one']);
      expect([await index.names(), await index.imageNames(), index.losers()]).toEqual([['a'], ['a'], []]);

      await index.remove('/v4.json');

      expect(await index.served('a')).toEqual([undefined, 'one']);
      expect([await index.names(), await index.imageNames()]).toEqual([[], ['a']]);
    });
  });

  describe('a file that changes', () => {
    it('is replaced: the new content is served, and nothing of the old', async () => {
      await index.put({ is: 'old' });
      await index.put({ is: 'new', version: 5, content: { schema2_data: ['fresh'], manifest_list_amd64_tags: {} } });

      expect(await index.served('a')).toEqual(['new', undefined]);
      expect(await index.find('a', 'fresh')).toMatchObject({ published: { value: '' } });
      expect((await index.find('a', 'single')).published).toBeUndefined();
      expect([await index.names(), index.losers()]).toEqual([['a'], []]);
    });

    it('may become older or of a lower version', async () => {
      await index.put({ is: 'old', version: 5, modifiedMs: 2000 });
      await index.put({ is: 'new', version: 3, modifiedMs: 1000 });

      expect(await index.served('a')).toEqual(['new', undefined]);
    });

    it('is renamed: the old name is gone', async () => {
      await index.put({ name: 'old' });
      await index.put({ name: 'new', is: 'y' });

      expect([await index.served('old'), await index.served('new')]).toEqual([
        [undefined, undefined],
        ['y', undefined],
      ]);
      expect(await index.names()).toEqual(['new']);
    });

    it.each<[from: Version, to: Version]>([
      [1, 4],
      [4, 1],
      [1, 2],
      [2, 1],
      [2, 5],
    ])('becomes version %i, then %i', async (from, to) => {
      await index.put({ version: from, is: 'old' });
      await index.put({ version: to, is: 'new' });

      expect(await index.served('a')).toEqual(to === 1 ? [undefined, 'new'] : ['new', undefined]);
      expect([await index.names(), await index.imageNames()]).toEqual(to === 1 ? [[], ['a']] : [['a'], []]);
      expect(await index.owners(imageId(1))).toEqual(to === 1 ? ['new'] : []);
    });

    it('is removed: nothing of it stays', async () => {
      await index.put({ version: 1 });
      await index.put({ file: '/other.json', name: 'b' });
      await index.remove('/f.json');
      await index.remove('/f.json');

      expect([await index.served('a'), await index.served('b')]).toEqual([
        [undefined, undefined],
        ['x', undefined],
      ]);
      expect([await index.owners(imageId(1)), await index.names(), await index.imageNames()]).toEqual([[], ['b'], []]);
    });

    it('comes back after it was removed', async () => {
      await index.put({});
      await index.remove('/f.json');
      await index.put({ is: 'again' });

      expect([await index.served('a'), await index.names()]).toEqual([['again', undefined], ['a']]);
    });
  });
}
