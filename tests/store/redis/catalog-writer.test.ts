/** Changes of the catalog that come while one is written go together. */
import { CatalogWriter, type CatalogChange } from '../../../app/store/redis/catalog-writer';
import type { Kind } from '../../../app/store/redis/keys';
import { until } from '../../support/until';

interface Sent {
  kind: Kind;
  names: string[];
  end: (fault?: Error) => void;
}

function createWriter(): { change: (kind: Kind, name: string) => Promise<void>; sent: Sent[] } {
  const sent: Sent[] = [];
  const send = (kind: Kind, changes: CatalogChange[]): Promise<void> =>
    new Promise((resolve, reject) => {
      const end = (fault?: Error): void => (fault ? reject(fault) : resolve());
      sent.push({ kind, names: changes.map(({ name }) => name), end });
    });
  const writer = new CatalogWriter(send);
  return { change: (kind, name) => writer.change(kind, { name, facts: `facts of ${name}` }), sent };
}

const untilSent = (sent: Sent[], count: number): Promise<number> => until('it is sent', () => sent.length === count);

it('gathers what comes while others are under way, and each resolves when it is written', async () => {
  const { change, sent } = createWriter();
  const first = change('2', 'a');
  await untilSent(sent, 1);
  const written: string[] = [];
  const others = ['b', 'c'].map((name) => change('2', name).then(() => written.push(name)));
  sent[0]?.end();
  await first;
  await untilSent(sent, 2);
  expect(written).toEqual([]);
  const last = change('2', 'd');
  sent[1]?.end();
  await Promise.all(others);
  await untilSent(sent, 3);
  sent[2]?.end();
  await last;

  expect(sent.map(({ names }) => names)).toEqual([['a'], ['b', 'c'], ['d']]);
});

it('sends 500 at most at once, one after the other', async () => {
  const { change, sent } = createWriter();
  const all = Array.from({ length: 1201 }, (_, number) => change('2', `n${number}`));
  for (let turn = 0; turn < 3; turn++) {
    await untilSent(sent, turn + 1);
    sent[turn]?.end();
  }
  await Promise.all(all);

  expect(sent.map(({ names }) => names.length)).toEqual([500, 500, 201]);
  expect(sent.flatMap(({ names }) => names)).toEqual(all.map((_, number) => `n${number}`));
});

it('keeps the two protocols apart', async () => {
  const { change, sent } = createWriter();
  const changes = [change('2', 'a'), change('1', 'a'), change('1', 'b')];
  await untilSent(sent, 2);
  for (const { end } of sent) end();
  await Promise.all(changes);

  expect(sent.map(({ kind, names }) => [kind, names])).toEqual([
    ['2', ['a']],
    ['1', ['a', 'b']],
  ]);
});

it('fails for all that were to come after a fault', async () => {
  const { change, sent } = createWriter();
  const first = change('2', 'a');
  await untilSent(sent, 1);
  const second = change('2', 'b');
  sent[0]?.end(new Error('refused'));

  await expect(first).rejects.toThrow('refused');
  await expect(second).rejects.toThrow('refused');
  await expect(change('2', 'c')).rejects.toThrow('refused');
  expect(sent).toHaveLength(1);
});
