/**
 * Which paths the tree in a version 3 entitlement certificate covers (how it is read: parse-path-tree.ts).
 *
 * A path is walked from the root, one segment an edge. One word may lead to several nodes, and a variable fits every
 * segment, so the walk is in many nodes at once: a set of them, for trying one way after the other may take for ever.
 * Where it reaches a node without edges, the path is covered, however it goes on. A last segment `listing` is covered
 * wherever the walk has got to: the content server keeps such files, the names of the directories that are there.
 * The walk is no longer than the path, so a circle in the tree does no harm. Source: docs/access-control.md. Pure.
 */
import { splitPath } from './covers';

export interface PathTree {
  /** Words on edges → their numbers; variables all have the number ANY. */
  numberByWord: Map<string, number>;
  /** Node → its first edge; those of node n end where those of n + 1 begin. Node 0 is the root. */
  firstEdges: Uint32Array;
  /** Edge → number of its word. */
  words: Uint16Array;
  /** Edge → the node that it leads to. */
  targets: Uint16Array;
}

/** The number of a word that fits every segment. */
export const ANY = 0;

/** More than that a certificate may not have, and no path is worth looking at more of them. */
export const MOST_EDGES = 32_768;

const LISTING = 'listing';

export function coversPath(tree: PathTree, path: string): boolean {
  const { numberByWord, firstEdges, words, targets } = tree;
  const segments = splitPath(path);
  let nodes = new Set([0]);
  let lookedAt = 0;
  for (const [depth, segment] of segments.entries()) {
    if (segment === LISTING && depth === segments.length - 1) return nodes.size > 0;
    const word = numberByWord.get(segment);
    const reached = new Set<number>();
    for (const node of nodes) {
      const [from, to] = [firstEdges[node] as number, firstEdges[node + 1] as number];
      lookedAt += to - from;
      if (lookedAt > MOST_EDGES) return false;
      for (let edge = from; edge < to; edge++) {
        if (words[edge] !== ANY && words[edge] !== word) continue;
        const target = targets[edge] as number;
        if (firstEdges[target] === firstEdges[target + 1]) return true;
        reached.add(target);
      }
    }
    nodes = reached;
  }
  return false;
}

/** Of a word and its number in a map, beside the word's characters. */
const WORD_BYTES = 96;

/** What a tree takes in memory. */
export function estimateTreeBytes({ numberByWord, firstEdges, words, targets }: PathTree): number {
  const tableBytes = firstEdges.byteLength + words.byteLength + targets.byteLength;
  return [...numberByWord.keys()].reduce((bytes, word) => bytes + WORD_BYTES + 2 * word.length, tableBytes);
}
