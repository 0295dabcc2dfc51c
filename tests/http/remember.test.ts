/** What is kept of headers is what would be found by reading them again, in however many lines they come. */
import fc from 'fast-check';
import { remember, rememberLines } from '../../app/http/remember';

const read = (header: string | undefined): string => JSON.stringify(header ?? null);

/** Each time another string, as from the wire. */
const copyOf = (text: string): string => Buffer.from(text).toString();

it('one line or several: the answer is that of what the joined lines say', () => {
  const recall = rememberLines(read);
  // Few words, so that many come again, and such whose characters are sampled and such whose are not.
  const line = fc.oneof(
    fc.constantFrom(
      '',
      'a',
      'application/json',
      'application/jsom',
      'x'.repeat(600),
      'x'.repeat(1024),
      'y'.repeat(1025),
    ),
    fc.string({ maxLength: 30 }),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 6 }), (lines) => {
      const joined = lines.length === 0 ? undefined : lines.join(', ');
      expect(recall(lines.map(copyOf))).toBe(read(joined));
      expect(recall(lines.map(copyOf))).toBe(read(joined));
    }),
    { numRuns: 2000 },
  );
});

it('what comes again is not read again', () => {
  const parse = jest.fn(read);
  const [recallLines, recall] = [rememberLines(parse), remember(parse)];
  for (let turn = 0; turn < 3; turn++) {
    recallLines(['application/a', 'application/b'].map(copyOf));
    recall(copyOf('docker/20.10.24'));
  }
  expect(parse.mock.calls).toEqual([['application/a, application/b'], ['docker/20.10.24']]);
});

it('another order of the same lines has a place of its own, mostly', () => {
  const types = [
    'oci.image.manifest.v1',
    'oci.image.index.v1',
    'docker.manifest.v2',
    'docker.manifest.list.v2',
    'docker.v1',
  ];
  const orders = permute(types);
  const parse = jest.fn(read);
  const recall = rememberLines(parse);
  for (let turn = 0; turn < 5; turn++) for (const lines of orders) recall(lines.map(copyOf));
  expect(orders).toHaveLength(120);
  expect(parse.mock.calls.length).toBeGreaterThanOrEqual(120);
  expect(parse.mock.calls.length).toBeLessThan(300);
});

it('very long headers are read each time', () => {
  const parse = jest.fn(read);
  const recall = rememberLines(parse);
  for (let turn = 0; turn < 2; turn++) recall(['x'.repeat(800), 'y'.repeat(800)]);
  expect(parse).toHaveBeenCalledTimes(2);
});

const permute = (items: string[]): string[][] =>
  items.length < 2
    ? [items]
    : items.flatMap((first, at) => permute(items.toSpliced(at, 1)).map((rest) => [first, ...rest]));
