/**
 * Reads the tree of paths out of a version 3 entitlement certificate (how it is used: path-tree.ts).
 *
 *     zlib stream      words, each followed by NUL; so the last word is empty, and it stands for the end of a node
 *     1 byte or more   number of nodes: a byte below 128, otherwise 128 + the number of bytes that follow, big-endian
 *     bits             for each node, root first: edges, then the code of the empty word
 *     edge             code of its word, code of the node that it leads to
 *
 * Codes: huffman-tree.ts; those of nodes leave the root out. What is left of the last byte is ignored. The data is the
 * client's, so everything is bounded. Source: docs/access-control.md. Pure.
 */
import { inflateSync } from 'node:zlib';
import { BitReader } from './bit-reader';
import { isVariable } from './covers';
import { buildHuffmanTree, readLeaf } from './huffman-tree';
import { ANY, MOST_EDGES, type PathTree } from './path-tree';

const MOST_TEXT_BYTES = 128 * 1024;
const MOST_WORDS = 8192;
const MOST_NODES = 16_384;

/** Undefined: malformed, out of bounds, or without any path. */
export function parsePathTree(data: Uint8Array): PathTree | undefined {
  const dictionary = readDictionary(data);
  if (!dictionary) return undefined;
  const { words, bits } = dictionary;
  const nodeCount = readNodeCount(bits);
  // Nothing leads to the root, so a tree of the root alone has no edges: it would be the end of every path.
  if (nodeCount === undefined || nodeCount < 2 || nodeCount > MOST_NODES) return undefined;
  return readEdges(words, nodeCount, bits);
}

function readDictionary(data: Uint8Array): { words: string[]; bits: BitReader } | undefined {
  const inflated = inflate(data);
  if (!inflated) return undefined;
  const words = inflated.text.split('\0');
  if (words.length > MOST_WORDS || words.at(-1) !== '') return undefined;
  return { words, bits: new BitReader(data.subarray(inflated.length)) };
}

/** `length`: how many of the bytes are the zlib stream. */
function inflate(data: Uint8Array): { text: string; length: number } | undefined {
  try {
    // The types of node do not know what `info` makes of the result.
    const { buffer, engine } = inflateSync(data, { info: true, maxOutputLength: MOST_TEXT_BYTES }) as unknown as {
      buffer: Buffer;
      engine: { bytesWritten: number };
    };
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(buffer), length: engine.bytesWritten };
  } catch {
    return undefined;
  }
}

function readNodeCount(bits: BitReader): number | undefined {
  const first = bits.readByte();
  if (first === undefined || first < 128) return first;
  let count = 0;
  for (let remaining = first - 128; remaining > 0; remaining--) {
    const byte = bits.readByte();
    if (byte === undefined) return undefined;
    count = count * 256 + byte;
  }
  return count;
}

function readEdges(words: string[], nodeCount: number, bits: BitReader): PathTree | undefined {
  const wordCodes = buildHuffmanTree(words.length);
  const nodeCodes = buildHuffmanTree(nodeCount - 1);
  const numberByWord = new Map<string, number>();
  const firstEdges = new Uint32Array(nodeCount + 1);
  const edgeWords: number[] = [];
  const edgeTargets: number[] = [];
  for (let node = 0; node < nodeCount; node++) {
    for (;;) {
      const wordIndex = readLeaf(wordCodes, bits);
      if (wordIndex === undefined) return undefined;
      const word = words[wordIndex] as string;
      if (word === '') break;
      const leaf = readLeaf(nodeCodes, bits);
      if (leaf === undefined || edgeWords.length === MOST_EDGES) return undefined;
      edgeWords.push(isVariable(word) ? ANY : numberWord(numberByWord, word));
      edgeTargets.push(leaf + 1);
    }
    firstEdges[node + 1] = edgeWords.length;
  }
  if (firstEdges[1] === 0) return undefined;
  return { numberByWord, firstEdges, words: Uint16Array.from(edgeWords), targets: Uint16Array.from(edgeTargets) };
}

/** The same word may be in the list twice. */
function numberWord(numberByWord: Map<string, number>, word: string): number {
  const number = numberByWord.get(word) ?? ANY + 1 + numberByWord.size;
  numberByWord.set(word, number);
  return number;
}
