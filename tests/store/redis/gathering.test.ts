/** What comes while something is written goes together, under each key by itself. */
import { Gathering } from '../../../app/store/redis/gathering';
import { until } from '../../support/until';

interface Sent {
  key: string;
  items: string[];
  end: (fault?: Error) => void;
}

function create(): { add: (key: string, item: string) => Promise<void>; sent: Sent[] } {
  const sent: Sent[] = [];
  const send = (key: string, items: string[]): Promise<void> =>
    new Promise((resolve, reject) => {
      sent.push({ key, items, end: (fault) => (fault ? reject(fault) : resolve()) });
    });
  const gathering = new Gathering(send);
  return { add: (key, item) => gathering.add(key, item), sent };
}

const untilSent = (sent: Sent[], count: number): Promise<number> => until('it is sent', () => sent.length === count);

it('gathers what comes while others are under way, and each resolves when it is written', async () => {
  const { add, sent } = create();
  const first = add('2', 'a');
  await untilSent(sent, 1);
  const written: string[] = [];
  const others = ['b', 'c'].map((name) => add('2', name).then(() => written.push(name)));
  sent[0]?.end();
  await first;
  await untilSent(sent, 2);
  expect(written).toEqual([]);
  const last = add('2', 'd');
  sent[1]?.end();
  await Promise.all(others);
  await untilSent(sent, 3);
  sent[2]?.end();
  await last;

  expect(sent.map(({ items }) => items)).toEqual([['a'], ['b', 'c'], ['d']]);
});

it('sends 500 at most at once, one after the other', async () => {
  const { add, sent } = create();
  const all = Array.from({ length: 1201 }, (_, number) => add('2', `n${number}`));
  for (let turn = 0; turn < 3; turn++) {
    await untilSent(sent, turn + 1);
    sent[turn]?.end();
  }
  await Promise.all(all);

  expect(sent.map(({ items }) => items.length)).toEqual([500, 500, 201]);
  expect(sent.flatMap(({ items }) => items)).toEqual(all.map((_, number) => `n${number}`));
});

it('keeps keys apart', async () => {
  const { add, sent } = create();
  const added = [add('2', 'a'), add('1', 'a'), add('1', 'b')];
  await untilSent(sent, 2);
  for (const { end } of sent) end();
  await Promise.all(added);

  expect(sent.map(({ key, items }) => [key, items])).toEqual([
    ['2', ['a']],
    ['1', ['a', 'b']],
  ]);
});

it('fails for all that were to come after a fault', async () => {
  const { add, sent } = create();
  const first = add('2', 'a');
  await untilSent(sent, 1);
  const second = add('2', 'b');
  sent[0]?.end(new Error('refused'));

  await expect(first).rejects.toThrow('refused');
  await expect(second).rejects.toThrow('refused');
  await expect(add('2', 'c')).rejects.toThrow('refused');
  expect(sent).toHaveLength(1);
});
