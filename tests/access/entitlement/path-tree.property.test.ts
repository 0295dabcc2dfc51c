/** What holds for every set of paths: what is written into a certificate is what it covers, no more and no less. */
import * as fc from 'fast-check';
import { parsePathTree } from '../../../app/access/entitlement/parse-path-tree';
import { coversPath } from '../../../app/access/entitlement/path-tree';
import { type Edges, encodeCount, encodeTree, encodeWords, treeOf, wordsOf } from './tree-encoder';

type Path = string[];

/** The rule, tried path by path. */
function isCoveredByAny(paths: Path[], asked: Path): boolean {
  const begins = (words: Path, segments: Path): boolean =>
    words.every((word, index) => index < segments.length && (word.startsWith('$') || word === segments[index]));
  if (paths.some((words) => begins(words, asked))) return true;
  const directory = asked.slice(0, -1);
  // A listing is covered above and within what is covered.
  return asked.at(-1) === 'listing' && paths.some((words) => begins(words.slice(0, directory.length), directory));
}

const words = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom('a', 'b', 'c', 'content', 'dist', 'rhel7', '7', 'os') },
  { weight: 2, arbitrary: fc.constantFrom('$basearch', '$releasever', '$x') },
  { weight: 1, arbitrary: fc.constantFrom('listing', '', 'ä', 'A', 'a$') },
  { weight: 2, arbitrary: fc.string({ minLength: 1, maxLength: 6 }) },
);
const paths = fc.array(
  words.filter((word) => word !== '' && !/[/\0]/.test(word)),
  { minLength: 1, maxLength: 8 },
);
const pathSets = fc.array(paths, { minLength: 1, maxLength: 30 });

/** Paths to ask for: made from those of the set, and quite others. */
const questionsOn = (set: Path[]): fc.Arbitrary<Path> =>
  fc.oneof(
    paths,
    fc
      .record({
        path: fc.constantFrom(...set),
        length: fc.nat(9),
        values: fc.array(fc.constantFrom('7', 'a', 'x86_64', 'listing', '$x'), { minLength: 8, maxLength: 8 }),
        altered: fc.option(fc.nat(7)),
        more: fc.array(fc.constantFrom('a', 'os', 'listing', 'containers'), { maxLength: 3 }),
      })
      .map(({ path, length, values, altered, more }) => [
        ...path
          .slice(0, length)
          .map((word, index) => (index === altered || word.startsWith('$') ? (values[index] as string) : word)),
        ...more,
      ]),
  );

/** Ways in which an issuer may lay the same paths out. */
const layouts: Record<string, (set: Path[]) => Edges[]> = {
  'common beginnings, one end': treeOf,
  'a node for each segment of each path': (set) => {
    const nodes: Edges[] = [[]];
    for (const path of set) {
      let edges = nodes[0] as Edges;
      for (const word of path) {
        edges.push([word, nodes.push([]) - 1]);
        edges = nodes.at(-1) as Edges;
      }
    }
    return nodes;
  },
  'common ends, as far as they are equal': (set) => {
    // Nodes with the same edges become one, until all differ.
    let nodes = treeOf(set);
    for (;;) {
      const [root, ...others] = nodes as [Edges, ...Edges[]];
      const keys = others.map((edges) => JSON.stringify(edges));
      const kept = [...new Set(keys)];
      if (kept.length === keys.length) return nodes;
      const place = (target: number): number => kept.indexOf(keys[target - 1] as string) + 1;
      nodes = [root, ...kept.map((key) => JSON.parse(key) as Edges)].map((edges) =>
        edges.map(([word, target]) => [word, place(target)]),
      );
    }
  },
};

const read = (data: Buffer): ((path: Path) => boolean) => {
  const tree = parsePathTree(data);
  if (!tree) throw new Error('the tree cannot be read');
  return (path) => coversPath(tree, `/${path.join('/')}`);
};

describe.each(Object.entries(layouts))('laid out with %s', (_layout, layOut) => {
  it('a set of paths covers what it should', () => {
    const cases = pathSets.chain((set) =>
      fc.record({
        set: fc.constant(set),
        asked: fc.array(questionsOn(set), { minLength: 20, maxLength: 20 }),
        shuffle: fc.infiniteStream(fc.nat(1000)),
      }),
    );
    fc.assert(
      fc.property(cases, ({ set, asked, shuffle }) => {
        const nodes = layOut(set);
        // The order of the words is the issuer's affair.
        const order = wordsOf(nodes).map((word) => ({ word, at: shuffle.next().value as number }));
        const list = order.sort((a, b) => a.at - b.at).map(({ word }) => word);
        const covers = read(encodeTree(list, nodes));
        for (const path of [...set, ...asked]) expect([path, covers(path)]).toEqual([path, isCoveredByAny(set, path)]);
      }),
      { numRuns: 200 },
    );
  });

  it.each([127, 128, 129, 255, 256, 257, 1000])('%i nodes or more are all told apart', (leastNodes) => {
    const set: Path[] = [];
    while (layOut(set).length < leastNodes) {
      const missing = leastNodes - layOut(set).length;
      for (let added = 0; added < missing; added += 2) set.push([`a${set.length}`, `b${set.length}`]);
    }
    const nodes = layOut(set);
    const covers = read(encodeTree(wordsOf(nodes), nodes));
    const wrong = set.filter(
      ([first = '', second = ''], index) =>
        !covers([first, second]) || covers([first, `b${(index + 1) % set.length}`]) || covers([second, first]),
    );
    expect(wrong).toEqual([]);
  });
});

describe('nothing is thrown, and nothing hangs', () => {
  const set = [
    ['content', 'dist', '$releasever', '$basearch', 'os'],
    ['content', 'dist', 'rhel7', 'containers'],
    ['content', 'dist', 'rhel7', 'containers', 'extra'],
    ['content', '$kind', 'rhel7', 'debug'],
  ];
  const nodes = treeOf(set);
  const data = encodeTree(wordsOf(nodes), nodes);
  const asked = '/content/dist/rhel7/x86_64/os/a/b/c/d/e/f/listing';

  const expectSound = (bytes: Uint8Array): void => {
    const tree = parsePathTree(bytes);
    expect(tree === undefined || typeof coversPath(tree, asked) === 'boolean').toBe(true);
  };

  it('is told whole', () => {
    expect(parsePathTree(data)).toBeDefined();
  });

  it('cut anywhere', () => {
    for (let length = 0; length < data.length; length++)
      expect(parsePathTree(data.subarray(0, length))).toBeUndefined();
  });

  it('with any bit wrong', () => {
    for (let bit = 0; bit < 8 * data.length; bit++) {
      const wrong = Buffer.from(data);
      wrong[bit >> 3] = (wrong[bit >> 3] as number) ^ (1 << (bit & 7));
      expectSound(wrong);
    }
  });

  it('with any bits behind the words', () => {
    const list = encodeWords(wordsOf(nodes));
    fc.assert(
      fc.property(fc.nat(300), fc.uint8Array({ maxLength: 400 }), (count, bits) => {
        expectSound(Buffer.concat([list, encodeCount(count), bits]));
      }),
      { numRuns: 500 },
    );
  });

  it('of any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expectSound(bytes);
      }),
    );
  });
});
