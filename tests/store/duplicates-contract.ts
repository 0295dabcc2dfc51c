/** Contract of an index, second part: files that claim the same name. */
import { imageId } from '../redirects/documents';
import type { Put, TriedIndex } from './tried-index';

export function describeDuplicates(create: () => Promise<TriedIndex>): void {
  let index: TriedIndex;
  beforeEach(async () => {
    index = await create();
  });

  describe('two files with one name', () => {
    const contests: [why: string, winner: Put, loser: Put][] = [
      ['the higher version, though older', { version: 5, modifiedMs: 1 }, { version: 4, modifiedMs: 2 }],
      ['the higher version, though later in path', { version: 4, file: '/z' }, { version: 3, file: '/a' }],
      ['lists before the flat layout', { version: 3, modifiedMs: 1 }, { version: 2, modifiedMs: 2 }],
      ['the newer, though later in path', { modifiedMs: 2, file: '/z' }, { modifiedMs: 1, file: '/a' }],
      ['the newer by less than a millisecond', { modifiedMs: 1.5, file: '/z' }, { modifiedMs: 1.25, file: '/a' }],
      ['the path that sorts first', { file: '/a' }, { file: '/b' }],
      ['the path that sorts first: a capital', { file: '/B' }, { file: '/a' }],
      ['the path that sorts first by its bytes', { file: '/\uFF01' }, { file: '/😀' }],
      ['the newer of two with images', { version: 1, modifiedMs: 2 }, { version: 1, modifiedMs: 1 }],
      ['the first path of two with images', { version: 1, file: '/a' }, { version: 1, file: '/b' }],
    ];

    const prepare = (winner: Put, loser: Put): [Put & { file: string }, Put & { file: string }] => [
      { file: '/winner', is: 'winner', ...winner },
      { file: '/loser', is: 'loser', ...loser },
    ];
    const anyServed = async (): Promise<string[]> => (await index.served('a')).filter((id) => id !== undefined);

    describe.each(contests)('serve %s', (_why, winnerPut, loserPut) => {
      const [winner, loser] = prepare(winnerPut, loserPut);

      it.each([
        ['first', [winner, loser]],
        ['last', [loser, winner]],
      ])('when the winner comes %s', async (_when, order) => {
        for (const claim of order) await index.put(claim);

        expect(await anyServed()).toEqual(['winner']);
        expect([...(await index.names()), ...(await index.imageNames())]).toEqual(['a']);
        expect(index.duplicates()).toEqual([
          {
            file: loser.file,
            pointer: '/repo-registry-id',
            message: expect.stringContaining(winner.file) as string,
            severity: 'error',
          },
        ]);
      });

      it('until the winner goes', async () => {
        await index.put(winner);
        await index.put(loser);
        await index.remove(winner.file);

        expect([await anyServed(), index.losers()]).toEqual([['loser'], []]);
      });

      it('until the winner takes another name', async () => {
        await index.put(winner);
        await index.put(loser);
        await index.put({ ...winner, name: 'b' });

        expect([await anyServed(), index.losers()]).toEqual([['loser'], []]);
      });

      it('and do not miss the loser when it goes', async () => {
        await index.put(winner);
        await index.put(loser);
        await index.remove(loser.file);

        expect([await anyServed(), index.losers()]).toEqual([['winner'], []]);
      });
    });

    it('change places when the winner is published in a lower version', async () => {
      await index.put({ file: '/1', is: 'one', version: 5 });
      await index.put({ file: '/2', is: 'two', version: 4 });
      await index.put({ file: '/1', is: 'one', version: 3 });

      expect([await index.served('a'), index.losers()]).toEqual([['two', undefined], ['/1']]);
    });

    it('may be three', async () => {
      await index.put({ file: '/3', is: 'three', modifiedMs: 3 });
      await index.put({ file: '/1', is: 'one', modifiedMs: 1 });
      await index.put({ file: '/2', is: 'two', modifiedMs: 2 });

      expect([await index.served('a'), index.losers()]).toEqual([
        ['three', undefined],
        ['/1', '/2'],
      ]);

      await index.remove('/3');

      expect([await index.served('a'), index.losers()]).toEqual([['two', undefined], ['/1']]);
    });

    it('are no matter for other names', async () => {
      await index.put({ file: '/1', name: 'a' });
      await index.put({ file: '/2', name: 'a' });
      await index.put({ file: '/3', name: 'b', is: 'b' });

      expect([await index.served('b'), index.losers()]).toEqual([['b', undefined], ['/2']]);
    });

    it('with images: only those of the file in service are found', async () => {
      await index.put({ file: '/1', version: 1, is: 'one', images: [imageId(1), imageId(2)] });
      await index.put({ file: '/2', version: 1, is: 'two', images: [imageId(2), imageId(3)] });

      expect(await Promise.all([1, 2, 3].map((number) => index.owners(imageId(number))))).toEqual([
        ['one'],
        ['one'],
        [],
      ]);

      await index.remove('/1');

      expect(await Promise.all([1, 2, 3].map((number) => index.owners(imageId(number))))).toEqual([
        [],
        ['two'],
        ['two'],
      ]);
    });
  });
}
