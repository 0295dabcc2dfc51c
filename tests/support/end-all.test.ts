import { endAll } from './end-all';

it('ends everything, the last first, and then tells what went wrong', async () => {
  const ended: string[] = [];
  const ends = [
    () => ended.push('first'),
    () => Promise.reject(new Error('stuck')),
    () => {
      throw new Error('gone');
    },
    () => ended.push('last'),
  ];
  await expect(endAll(ends)).rejects.toThrow('not ended well: Error: gone; Error: stuck');
  expect(ended).toEqual(['last', 'first']);
  await endAll(ends);
  expect(ended).toHaveLength(2);
});
