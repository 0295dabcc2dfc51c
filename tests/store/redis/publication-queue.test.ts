/** The queue of names to be written: each name by itself, several together, and the newest that it means. */
import { PublicationQueue } from '../../../app/store/redis/publication-queue';
import { until } from '../../support/until';

interface Write {
  name: string;
  end: (fault?: Error) => void;
}

function createQueue(mostAtOnce = 2): { queue: PublicationQueue; writes: Write[]; names: () => string[] } {
  const writes: Write[] = [];
  const write = (name: string): Promise<void> =>
    new Promise((resolve, reject) => {
      writes.push({ name, end: (fault) => (fault ? reject(fault) : resolve()) });
    });
  return { queue: new PublicationQueue({ write, mostAtOnce }), writes, names: () => writes.map(({ name }) => name) };
}

const end = (writes: Write[], position: number, fault?: Error): void => writes[position]?.end(fault);

it('writes so many names at once, in the order of their coming', async () => {
  const { queue, writes, names } = createQueue();
  const added = ['a', 'b', 'c'].map((name) => queue.add(name));
  expect(names()).toEqual(['a', 'b']);
  end(writes, 1);
  await added[1];
  expect(names()).toEqual(['a', 'b', 'c']);
});

it('writes a name once, however often it is noted before it begins', async () => {
  const { queue, writes, names } = createQueue(1);
  void queue.add('a');
  const [first, second] = [queue.add('b'), queue.add('b')];
  end(writes, 0);
  await until('b is written', () => names().includes('b'));
  end(writes, 1);
  await Promise.all([first, second]);
  await queue.settle();
  expect(names()).toEqual(['a', 'b']);
});

it('writes a name again that is noted while it is written, after that, and others meanwhile', async () => {
  const { queue, writes, names } = createQueue();
  const first = queue.add('a');
  const again = queue.add('a');
  const other = queue.add('b');
  expect(names()).toEqual(['a', 'b']);
  end(writes, 1);
  await other;
  expect(names()).toEqual(['a', 'b']);
  end(writes, 0);
  await first;
  expect(names()).toEqual(['a', 'b', 'a']);
  end(writes, 2);
  await again;
});

it('writes what is published before what was only found to differ', async () => {
  const { queue, writes, names } = createQueue(1);
  void queue.addLater('a');
  const later = ['b', 'c', 'd'].map((name) => queue.addLater(name));
  const published = queue.add('e');
  // Published meanwhile, and found again: it does not fall back.
  const both = [queue.add('c'), queue.addLater('c')];
  expect(queue.has('d')).toBe(true);
  for (let turn = 0; turn < 5; turn++) {
    await until('the next one is written', () => writes.length > turn);
    end(writes, turn);
  }
  await Promise.all([...later, published, ...both]);
  await queue.settle();
  expect(names()).toEqual(['a', 'e', 'c', 'b', 'd']);
});

it('settles when all is written that was added before', async () => {
  const { queue, writes } = createQueue(1);
  const done: string[] = [];
  void queue.add('a');
  const second = queue.add('b');
  const settled = queue.settle().then(() => done.push('settled'));
  end(writes, 0);
  await until('the second is written', () => writes.length === 2);
  expect(done).toEqual([]);
  end(writes, 1);
  await second;
  await settled;
  expect(done).toEqual(['settled']);
});

it('ends with the first fault: nothing more is begun, and everybody who waits is told', async () => {
  const { queue, writes, names } = createQueue(1);
  const [first, second] = [queue.add('a'), queue.add('b')];
  const settled = queue.settle();
  const fault = new Error('full');
  end(writes, 0, fault);

  await expect(first).rejects.toBe(fault);
  await expect(second).rejects.toBe(fault);
  await expect(settled).rejects.toBe(fault);
  await expect(queue.add('c')).rejects.toBe(fault);
  await expect(queue.settle()).rejects.toBe(fault);
  expect([names(), queue.fault]).toEqual([['a'], fault]);
});

it('lets what is being written end, and keeps the first reason why it was ended', async () => {
  const { queue, writes } = createQueue(1);
  const first = queue.add('a');
  const reason = new Error('the term is over');
  queue.end(reason);
  queue.end(new Error('later'));
  end(writes, 0);
  await first;

  expect(queue.fault).toBe(reason);
});
