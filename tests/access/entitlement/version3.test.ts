/** Version 3 entitlement certificates: a tree of paths, packed into bits. */
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { parseEntitlement } from '../../../app/access/entitlement/entitlement';
import { parsePathTree } from '../../../app/access/entitlement/parse-path-tree';
import { coversPath } from '../../../app/access/entitlement/path-tree';
import { createCertificate, type Extensions, octets, utf8, version3 } from './certificates';
import {
  type Edges,
  encodeBits,
  encodeCount,
  encodePaths,
  encodeTree,
  encodeWords,
  toBytes,
  wordsOf,
} from './tree-encoder';

const isCovered = (data: Buffer, path: string): boolean | undefined => {
  const tree = parsePathTree(data);
  return tree && coversPath(tree, path);
};

/** Words in the order of the example. */
const EXAMPLE_WORDS = ['never', 'foo', 'always', 'path'];

/** `/foo/path`, `/foo/path/always` and `/foo/path/never`: `path` leads to the end and to a node with edges. */
const EXAMPLE_NODES: Edges[] = [
  [['foo', 1]],
  [
    ['path', 3],
    ['path', 2],
  ],
  [
    ['always', 3],
    ['never', 3],
  ],
  [],
];

describe('the example of the format', () => {
  const data = encodeTree(EXAMPLE_WORDS, EXAMPLE_NODES);

  it('has the bytes that the issuer makes of it', () => {
    expect(data.subarray(encodeWords(EXAMPLE_WORDS).length).toString('hex')).toBe('04772f09e0');
  });

  it.each<[path: string, isExpected: boolean]>([
    ['/foo/path', true],
    ['/foo/path/', true],
    ['/foo/path/always', true],
    ['/foo/path/never', true],
    ['/foo/path/sometimes', true],
    ['//foo///path//', true],
    ['/foo', false],
    ['/foo/', false],
    ['/foo/paths', false],
    ['/foo/pat', false],
    ['/Foo/path', false],
    ['/foo%2Fpath', false],
    ['/path', false],
    ['/bar/foo/path', false],
    ['', false],
    ['/', false],
  ])('covers %s: %s', (path, isExpected) => {
    expect(isCovered(data, path)).toBe(isExpected);
  });

  it('comes out of a whole certificate', async () => {
    const entitlement = parseEntitlement(await createCertificate(version3(data)));
    expect(entitlement?.covers('/foo/path')).toBe(true);
    expect(entitlement?.covers('/foo')).toBe(false);
  });

  it.each(['3', '3.0', '3.2', '3.99'])('has version %s', async (version) => {
    const certificate = await createCertificate({ ...version3(data), '6': utf8(version) });
    expect(parseEntitlement(certificate)?.covers('/foo/path')).toBe(true);
  });

  it.each<[what: string, extensions: Extensions]>([
    ['no tree', { '6': utf8('3.4') }],
    ['no tree, but an order', { '6': utf8('3.4'), '4.1': utf8('OS'), '2.5.1.6': utf8('/foo') }],
    ['an empty tree', version3(Buffer.alloc(0))],
    ['a tree that is no octet string', { '6': utf8('3.4'), '7': utf8('x') }],
    ['a tree without a length', { '6': utf8('3.4'), '7': data }],
    ['no version, so version 1 and no order', { '7': octets(data) }],
    ['a version to come', { ...version3(data), '6': utf8('4.0') }],
  ])('is no entitlement with %s', async (_what, extensions) => {
    expect(parseEntitlement(await createCertificate(extensions))).toBeUndefined();
  });
});

describe('a path with variables', () => {
  const data = encodePaths([
    ['content', 'dist', '$releasever', 'os'],
    ['content', '$kind', '7', 'debug'],
    ['content', 'dist', '7', 'source', '$basearch', 'end'],
  ]);

  it.each<[path: string, isExpected: boolean]>([
    ['/content/dist/8/os', true],
    ['/content/dist/7/os', true],
    ['/content/beta/7/debug', true],
    ['/content/dist/7/debug/x', true],
    ['/content/dist/7/source/x86_64/end', true],
    ['/content/dist/$releasever/os', true],
    ['/content/dist/8/debug', false],
    ['/content/beta/8/os', false],
    ['/content/dist/8/source/x86_64/end', false],
    ['/content/dist/7/source/end', false],
    ['/content/dist/os', false],
  ])('covers %s: %s', (path, isExpected) => {
    expect(isCovered(data, path)).toBe(isExpected);
  });
});

describe('the file that lists a directory', () => {
  const data = encodePaths([['content', 'dist', '$releasever', 'os']]);

  it.each<[path: string, isExpected: boolean]>([
    ['/listing', true],
    ['/content/listing', true],
    ['/content/dist/listing', true],
    ['/content/dist/7/listing/', true],
    ['/content/other/listing', false],
    ['/content/listing/x', false],
    ['/content/dist/listing/os', true],
    ['/content/Listing', false],
  ])('covers %s: %s', (path, isExpected) => {
    expect(isCovered(data, path)).toBe(isExpected);
  });
});

describe('unusual trees', () => {
  it('may have one path of one word, whose end has a code of no bits', () => {
    const data = encodePaths([['a']]);
    expect(isCovered(data, '/a/b')).toBe(true);
    expect(isCovered(data, '/b')).toBe(false);
  });

  it('may have a node that nothing leads to, as the issuer writes them', () => {
    const data = encodeTree(['a'], [[['a', 1]], [], []]);
    expect(isCovered(data, '/a')).toBe(true);
    expect(isCovered(data, '/b')).toBe(false);
  });

  it('may list a word twice', () => {
    const [words, nodes] = [['a', 'b'], [[['a', 1] as const, ['b', 1] as const], []] as Edges[]];
    // The same bits, read with another list.
    const data = Buffer.concat([encodeWords(['a', 'a']), encodeCount(2), toBytes(encodeBits(words, nodes))]);
    expect(isCovered(data, '/a')).toBe(true);
    expect(isCovered(data, '/b')).toBe(false);
  });

  it('may have words that are no ASCII', () => {
    const data = encodePaths([['größe', '漢字']]);
    expect(isCovered(data, '/größe/漢字')).toBe(true);
  });

  it('may go in a circle', () => {
    const back: Edges = [
      ['a', 1],
      ['end', 3],
    ];
    const nodes: Edges[] = [[['a', 1]], [['b', 2]], back, []];
    const data = encodeTree(wordsOf(nodes), nodes);
    expect(isCovered(data, '/a/b/a/b/a/b/end')).toBe(true);
    expect(isCovered(data, '/a/b/a/b/a/b')).toBe(false);
    expect(isCovered(data, '/a/b'.repeat(1000))).toBe(false);
  });

  it('is not looked at more often than it could be long', () => {
    const wide: Edges = [...Array.from({ length: 10_000 }, (): Edges[number] => ['b', 2]), ['a', 1], ['end', 2]];
    const nodes: Edges[] = [[['a', 1]], wide, []];
    const data = encodeTree(wordsOf(nodes), nodes);
    expect(isCovered(data, '/a/a/end')).toBe(true);
    expect(isCovered(data, '/a/a/a/end')).toBe(true);
    expect(isCovered(data, '/a/a/a/a/end')).toBe(false);
  });

  it('may lead everywhere from everywhere, and is answered at once', () => {
    const NODES = 150;
    // Every walk stays among the first nodes; only the last one is an end, and nothing leads there.
    const everywhere: Edges = Array.from({ length: NODES - 1 }, (_, node) => ['$x', node + 1]);
    const nodes: Edges[] = [...Array.from({ length: NODES }, () => everywhere), []];
    const data = encodeTree(['$x'], nodes);
    expect(isCovered(data, '/a/b'.repeat(1000))).toBe(false);
  });
});

describe('what cannot be read', () => {
  const words = encodeWords(['a', 'b']);
  const bits = toBytes(encodeBits(['a', 'b'], [[['a', 1]], [['b', 2]], []]));
  const manyNodes = (count: number): Edges[] => [
    [
      ['a', 1],
      ['a', count - 1],
    ],
    ...Array.from({ length: count - 1 }, () => []),
  ];

  it('is read, but for the fault', () => {
    expect(isCovered(Buffer.concat([words, encodeCount(3), bits]), '/a/b')).toBe(true);
    expect(isCovered(Buffer.concat([words, Buffer.from([130, 0, 3]), bits]), '/a/b')).toBe(true);
    expect(isCovered(Buffer.concat([words, encodeCount(3), bits, Buffer.from('more')]), '/a/b')).toBe(true);
  });

  it.each<[what: string, data: Buffer]>([
    ['nothing', Buffer.alloc(0)],
    ['words that are not compressed', Buffer.concat([Buffer.from('a\0b\0'), encodeCount(3), bits])],
    ['words compressed otherwise', Buffer.concat([deflateRawSync('a\0b\0'), encodeCount(3), bits])],
    ['words compressed as a file', Buffer.concat([gzipSync('a\0b\0'), encodeCount(3), bits])],
    ['words cut off', words.subarray(0, -1)],
    ['words that are no UTF-8', Buffer.concat([deflateSync(Buffer.from([0xff, 0, 0x62, 0])), encodeCount(3), bits])],
    ['no NUL behind the last word', Buffer.concat([deflateSync('a\0b'), encodeCount(3), bits])],
    // The codes of a, the empty word and b are 10, 11 and 0.
    ['the empty word not last', Buffer.concat([deflateSync('a\0\0b'), encodeCount(2), toBytes('101111')])],
    ['no number of nodes', words],
    ['a number of nodes of no bytes', Buffer.concat([words, Buffer.from([128]), bits])],
    ['a number of nodes cut off', Buffer.concat([words, Buffer.from([130, 0])])],
    ['a number of nodes of 127 bytes', Buffer.concat([words, Buffer.from([255]), Buffer.alloc(127, 1), bits])],
    ['no node', Buffer.concat([words, encodeCount(0), bits])],
    ['the root alone', Buffer.concat([words, encodeCount(1), bits])],
    ['a root without edges', encodeTree(['a'], [[], [['a', 2]], []])],
    ['no words and so no edges', encodeTree([], [[], []])],
    ['no bits', Buffer.concat([words, encodeCount(3)])],
    ['bits cut off in the code of a word', Buffer.concat([words, encodeCount(3), bits.subarray(0, -1)])],
    // The code of `b` is 0, that of the first node 10: its second bit is missing.
    ['bits cut off in the code of a node', Buffer.concat([encodeWords(['b']), encodeCount(4), toBytes('01001001')])],
  ])('%s', (_what, data) => {
    expect(parsePathTree(data)).toBeUndefined();
  });

  it.each<[what: string, write: (count: number) => Buffer, most: number]>([
    [
      'words',
      (count) =>
        encodeTree(
          Array.from({ length: count - 1 }, (_, index) => `w${index}`),
          [[['w0', 1]], []],
        ),
      8192,
    ],
    ['bytes of words', (count) => encodeTree(['a'.repeat(count - 3), 'b'], [[['b', 1]], []]), 131_072],
    ['nodes', (count) => encodeTree(['a'], manyNodes(count)), 16_384],
    ['edges', (count) => encodeTree(['a'], [Array.from({ length: count }, () => ['a', 1]), []]), 32_768],
  ])('too many %s', (_what, write, most) => {
    expect(parsePathTree(write(most))).toBeDefined();
    expect(parsePathTree(write(most + 1))).toBeUndefined();
  });

  it('a number of words that takes gigabytes', () => {
    const bomb = deflateSync(Buffer.alloc(64 * 1024 * 1024));
    expect(parsePathTree(Buffer.concat([bomb, encodeCount(3), bits]))).toBeUndefined();
  });
});
