/** Contract of an index, fourth part: names in byte order, and names that every object has. */
import * as fc from 'fast-check';
import type { TriedIndex } from './tried-index';

/** Names that sort in another way when anything but their bytes counts. */
const IN_BYTE_ORDER = ['0', '_x', 'a', 'a-b', 'a-b/c', 'a.b', 'a/b', 'a0', 'a_b', 'aa', 'b', 'b/a', 'constructor'];

export function describeNames(create: () => Promise<TriedIndex>): void {
  let index: TriedIndex;
  beforeEach(async () => {
    index = await create();
  });

  describe('names in order', () => {
    it('are in byte order, each with what is served under it', async () => {
      for (const name of IN_BYTE_ORDER.toReversed())
        await index.put({ file: `/${name}`, name, is: name.replaceAll('/', '+') });

      expect(await index.names()).toEqual(IN_BYTE_ORDER);
      expect((await index.registries()).map(({ publisherId }) => publisherId)).toEqual(
        IN_BYTE_ORDER.map((name) => name.replaceAll('/', '+')),
      );
    });

    it.each([
      ...IN_BYTE_ORDER,
      '',
      '-',
      'A',
      'a+',
      'a/',
      'a/c',
      'ab',
      'az',
      'zz',
      'é',
      '\uFFFF',
      '😀',
      '\u0000',
      '\uD800',
    ])('begin after %j', async (after) => {
      for (const name of IN_BYTE_ORDER) await index.put({ file: `/${name}`, name });
      const bytes = Buffer.from(after);

      expect(await index.names(after)).toEqual(
        IN_BYTE_ORDER.filter((name) => Buffer.compare(Buffer.from(name), bytes) > 0),
      );
    });

    it('of the v1 protocol are in byte order too, and are no names of v2', async () => {
      for (const name of IN_BYTE_ORDER.toReversed()) await index.put({ file: `/${name}`, name, version: 1 });
      await index.put({ file: '/v2', name: 'only-v2', version: 2 });

      expect([await index.imageNames(), await index.names()]).toEqual([IN_BYTE_ORDER, ['only-v2']]);
    });

    it('stay in order when a thousand come and go at random', async () => {
      const all = Array.from({ length: 1000 }, (_, number) => `n${number}`);
      const shuffle = (seed: number): string[] =>
        fc.sample(fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length }), {
          seed,
          numRuns: 1,
        })[0] ?? [];
      for (const name of shuffle(1)) await index.put({ file: `/${name}`, name });

      expect(await index.names()).toEqual(all.toSorted());

      const gone = shuffle(2).slice(0, 500);
      for (const name of gone) await index.remove(`/${name}`);

      expect(await index.names()).toEqual(all.filter((name) => !gone.includes(name)).sort());
      expect(await index.names('n5')).toEqual((await index.names()).filter((name) => name > 'n5'));

      for (const name of all) await index.remove(`/${name}`);

      expect(await index.names()).toEqual([]);
    });
  });

  describe('names that every object has', () => {
    const WORDS = ['__proto__', 'constructor', 'prototype', 'tostring', 'length'];

    it.each(WORDS)('%s is no repository unless there is one', async (name) => {
      expect(await index.find(name, name)).toEqual({});

      await index.put({ file: name, name, is: 'two' });
      await index.put({ file: `${name}.1`, name, version: 1, is: 'one', images: ['constructor'] });

      expect(await index.served(name)).toEqual(['two', 'one']);
      expect([await index.names(), await index.imageNames(), await index.owners('constructor')]).toEqual([
        [name],
        [name],
        ['one'],
      ]);

      await index.remove(name);
      await index.remove(`${name}.1`);

      expect(await index.find(name, name)).toEqual({});
    });
  });
}
