/** Contract of an index, third part: v1 images and the repositories that hold them. */
import { createDocument, imageId, parseRepository } from '../redirects/documents';
import type { TriedIndex } from './tried-index';

export function describeImages(create: () => Promise<TriedIndex>): void {
  let index: TriedIndex;
  beforeEach(async () => {
    index = await create();
  });

  describe('images', () => {
    it('are found in every repository that holds them', async () => {
      await index.put({ file: '/1', version: 1, name: 'a', is: 'one', images: [imageId(1), imageId(2)] });
      await index.put({ file: '/2', version: 1, name: 'b', is: 'two', images: [imageId(2), imageId(3)] });

      expect(await Promise.all([1, 2, 3, 4].map((number) => index.owners(imageId(number))))).toEqual([
        ['one'],
        ['one', 'two'],
        ['two'],
        [],
      ]);
    });

    const orders = ['123', '132', '213', '231', '312', '321'].map((order) => [order]);

    it.each(orders)('that three repositories share stay until the last goes: %s', async (order) => {
      for (const is of ['1', '2', '3'])
        await index.put({ file: is, version: 1, name: `n${is}`, is, images: [imageId(7)] });
      const left = new Set(['1', '2', '3']);
      for (const file of order) {
        expect(await index.owners(imageId(7))).toEqual([...left]);

        await index.remove(file);
        left.delete(file);
      }

      expect(await index.owners(imageId(7))).toEqual([]);
    });

    it('follow a file that changes, and are never without an owner if both versions have them', async () => {
      const ids = (first: number): string[] => Array.from({ length: 3000 }, (_, number) => imageId(first + number));
      await index.put({ version: 1, is: 'old', images: ids(0) });
      const publication = { isDone: false };
      const done = index.put({ version: 1, is: 'new', images: ids(2000) }).then(() => {
        publication.isDone = true;
      });
      while (!publication.isDone) {
        expect(await index.owners(imageId(2500))).toHaveLength(1);
        expect((await index.served('a'))[1]).toMatch(/^(?:old|new)$/);

        await new Promise((resolve) => setImmediate(resolve));
      }
      await done;

      expect(await Promise.all([0, 1999, 2000, 2999, 4999].map((number) => index.owners(imageId(number))))).toEqual([
        [],
        [],
        ['new'],
        ['new'],
        ['new'],
      ]);
    });

    it('stay when the same repository is put again', async () => {
      const repository = parseRepository(createDocument(1));
      await index.putRepository({ file: '/1', modifiedMs: 1, repository });
      await index.putRepository({ file: '/1', modifiedMs: 2, repository });

      expect(await index.owners(imageId(1))).toEqual([repository.publisherId]);
    });

    it.each([
      ['one id begins like another', [`${'a'.repeat(63)}1`, `${'a'.repeat(63)}2`], `${'a'.repeat(63)}3`],
      ['ids are short', ['a', 'ab', '0'], 'abc'],
      ['ids are no numbers', ['Image-1', 'Image-2', 'image_1', 'constructor'], 'Image-3'],
      ['ids differ in capitals', ['ABCDEFABCDEF', 'abcdefabcdef'], 'AbcdefABCDEF'],
    ])('are told apart when %s', async (_what, ids, unknown) => {
      for (const id of ids)
        await index.put({ file: `/${id}`, version: 1, name: `n-${ids.indexOf(id)}`, is: id, images: [id] });

      expect(await Promise.all([...ids, unknown].map(index.owners))).toEqual([...ids.map((id) => [id]), []]);

      for (const id of ids) await index.remove(`/${id}`);

      expect(await Promise.all(ids.map(index.owners))).toEqual(ids.map(() => []));
    });

    it('are not the tags, nor what a tag means without being listed', async () => {
      await index.put({
        version: 1,
        content: { images: [{ id: 'listed' }], tags: { tag: 'unlisted', other: 'listed' } },
      });

      expect(await Promise.all(['listed', 'unlisted', 'tag', 'other'].map(index.owners))).toEqual([['x'], [], [], []]);
    });
  });
}
