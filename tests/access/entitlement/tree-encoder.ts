/**
 * Writes the tree of paths of a version 3 entitlement certificate, as the issuer does: words, codes, nodes and bits, each
 * in the plainest way. Made from the description of the format, so that it can catch what the reader got wrong.
 */
import { deflateSync } from 'node:zlib';

/** What a node holds: [word, number of the node that it leads to]. */
export type Edges = [word: string, target: number][];

interface Queued {
  weight: number;
  leaves: number[];
}

/** Index of a leaf → its code, in the characters 0 and 1; weights are 1, 2, 3 … */
export function codesOf(leafCount: number): string[] {
  const codes = Array.from({ length: leafCount }, () => '');
  /** The lightest first; among equals, the one that came first. */
  const queue = codes.map((_, leaf): Queued => ({ weight: leaf + 1, leaves: [leaf] }));
  while (queue.length > 1) {
    const [left, right] = queue.splice(0, 2) as [Queued, Queued];
    for (const leaf of left.leaves) codes[leaf] = `0${codes[leaf] as string}`;
    for (const leaf of right.leaves) codes[leaf] = `1${codes[leaf] as string}`;
    const joined: Queued = { weight: left.weight + right.weight, leaves: [...left.leaves, ...right.leaves] };
    const heavier = queue.findIndex(({ weight }) => weight > joined.weight);
    queue.splice(heavier === -1 ? queue.length : heavier, 0, joined);
  }
  return codes;
}

export function toBytes(bits: string): Buffer {
  const bytes = bits.match(/.{1,8}/g) ?? [];
  return Buffer.from(bytes.map((byte) => Number.parseInt(byte.padEnd(8, '0'), 2)));
}

/** One byte, or how many follow and then those. */
export function encodeCount(count: number): Buffer {
  if (count < 128) return Buffer.from([count]);
  const hex = count.toString(16);
  const bytes = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
  return Buffer.concat([Buffer.from([128 + bytes.length]), bytes]);
}

export const encodeWords = (words: string[]): Buffer => deflateSync(words.map((word) => `${word}\0`).join(''));

/** `words`: all that are used, in any order, without the empty one. Node 0 is the root. */
export function encodeBits(words: string[], nodes: Edges[]): string {
  const wordCodes = codesOf(words.length + 1);
  const nodeCodes = codesOf(nodes.length - 1);
  const encodeEdge = ([word, target]: Edges[number]): string =>
    (wordCodes[words.indexOf(word)] as string) + (nodeCodes[target - 1] as string);
  return nodes.map((edges) => edges.map(encodeEdge).join('') + (wordCodes.at(-1) as string)).join('');
}

export const encodeTree = (words: string[], nodes: Edges[]): Buffer =>
  Buffer.concat([encodeWords(words), encodeCount(nodes.length), toBytes(encodeBits(words, nodes))]);

export const wordsOf = (nodes: Edges[]): string[] => [
  ...new Set(nodes.flatMap((edges) => edges.map(([word]) => word))),
];

/**
 * The nodes of paths, given as lists of words. Common beginnings share nodes; all paths end in the last node. So a path that
 * is the beginning of another one makes its last word lead to two nodes.
 */
export function treeOf(paths: string[][]): Edges[] {
  const nodes: Edges[] = [[]];
  /** Stands for the last node until it is known. */
  const END = -1;
  for (const words of paths) {
    let edges = nodes[0] as Edges;
    for (const [depth, word] of words.entries()) {
      if (depth === words.length - 1) {
        if (!edges.some(([known, target]) => known === word && target === END)) edges.push([word, END]);
        break;
      }
      let next = edges.find(([known, target]) => known === word && target !== END)?.[1];
      if (next === undefined) {
        next = nodes.push([]) - 1;
        edges.push([word, next]);
      }
      edges = nodes[next] as Edges;
    }
  }
  const last = nodes.push([]) - 1;
  return nodes.map((edges) => edges.map(([word, target]) => [word, target === END ? last : target]));
}

export const encodePaths = (paths: string[][]): Buffer => {
  const nodes = treeOf(paths);
  return encodeTree(wordsOf(nodes), nodes);
};
