/** Contract of an index, fourth part: lists of tags, of images and of repositories, whole and in pages. */
import { imageId } from '../redirects/documents';
import type { TriedIndex } from './tried-index';

const TAGS = ['1.0', '1.0.1', '10', '9', 'A', 'Z', '_', 'a', 'latest', 'latest-1', 'z'.repeat(128)];

export function describeLists(create: () => Promise<TriedIndex>): void {
  let index: TriedIndex;
  beforeEach(async () => {
    index = await create();
  });

  describe('tags', () => {
    const digest = `sha256:${'a'.repeat(64)}`;

    beforeEach(async () => {
      const content = { manifest_list_data: [], manifest_list_amd64_tags: {}, schema1_data: [] };
      await index.put({ version: 5, content: { ...content, schema2_data: [digest, ...TAGS.toReversed()] } });
    });

    it('are listed in byte order, without digests', async () => {
      expect((await index.findTags('a')).tags).toEqual(TAGS);
    });

    it.each<[after: string | undefined, most: number]>([
      [undefined, 0],
      [undefined, 3],
      ['1.0', 1],
      ['1.0', 100],
      ['1.00', 2],
      ['', 2],
      ['zz', Infinity],
      ['\u00e9', 1],
    ])('after %j, at most %j', async (after, most) => {
      const { tags } = await index.findTags('a', after, most);

      expect(tags).toEqual(
        TAGS.filter((tag) => after === undefined || Buffer.compare(Buffer.from(tag), Buffer.from(after)) > 0).slice(
          0,
          most,
        ),
      );
    });

    it('come with what is known of the name', async () => {
      const { registry, images } = await index.findTags('a');

      expect(registry).toMatchObject({ references: { tagCount: TAGS.length, isEmpty: false }, listsSchema1: true });
      expect(images).toBeUndefined();
    });

    it('follow what is published', async () => {
      await index.put({
        version: 5,
        content: { schema2_data: ['fresh'], manifest_list_data: [], manifest_list_amd64_tags: {}, schema1_data: [] },
      });

      expect(await index.findTags('a')).toMatchObject({ tags: ['fresh'], registry: { references: { tagCount: 1 } } });
    });

    it('of nothing are nothing', async () => {
      await index.put({ file: '/flat', name: 'flat', version: 2 });

      expect(await Promise.all(['flat', 'none'].map(async (name) => (await index.findTags(name)).tags))).toEqual([
        [],
        [],
      ]);
    });

    it('may be none at all', async () => {
      await index.put({
        version: 5,
        content: { schema2_data: [], manifest_list_data: [], manifest_list_amd64_tags: {}, schema1_data: [] },
      });

      expect(await index.findTags('a')).toMatchObject({
        tags: [],
        registry: { references: { tagCount: 0, isEmpty: true } },
      });
    });
  });

  describe('images', () => {
    it('keep the order in which they were published; tags are in byte order', async () => {
      const ids = [7, 3, 300, 1, 20].map(imageId);
      const tags = { b: ids[1], a: ids[0], Z: 'unlisted' };
      await index.put({ version: 1, content: { images: ids.map((id) => ({ id })), tags } });
      const { lists, images, registry } = await index.findImages('a');

      expect(lists.ids).toEqual(ids);
      expect([...lists.tags]).toEqual([
        ['Z', 'unlisted'],
        ['a', ids[0]],
        ['b', ids[1]],
      ]);
      expect([images?.references.tagCount, registry]).toEqual([3, undefined]);
    });

    it('of nothing are nothing', async () => {
      await index.put({ version: 4 });

      expect(await Promise.all(['a', 'none'].map(async (name) => (await index.findImages(name)).lists))).toEqual([
        { ids: [], tags: new Map() },
        { ids: [], tags: new Map() },
      ]);
    });
  });

  it('repositories are listed page by page', async () => {
    const names = Array.from({ length: 25 }, (_, number) => `n${number}`).sort();
    for (const name of names) {
      await index.put({ file: `/2/${name}`, name });
      await index.put({ file: `/1/${name}`, name, version: 1 });
    }

    expect([await index.names('n13', 4), await index.imageNames('n13', 4)]).toEqual([
      ['n14', 'n15', 'n16', 'n17'],
      ['n14', 'n15', 'n16', 'n17'],
    ]);
    expect([await index.names(undefined, 1), await index.names('n9', 5), await index.names('n', 0)]).toEqual([
      ['n0'],
      [],
      [],
    ]);
  });
}
