/** The index in memory keeps the contract of every index. */
import { MemoryIndex } from '../../app/store/memory-index';
import { describeIndex } from './index-contract';

describeIndex('an index in memory', () => new MemoryIndex());

it('answers at once: a pull waits for nothing', () => {
  const index = new MemoryIndex();

  expect(index.find('a', 'latest')).not.toBeInstanceOf(Promise);
  expect(index.findImage('a')).not.toBeInstanceOf(Promise);
});
