/**
 * The Huffman codes of version 3 entitlement certificates. Both sides know them from a number of leaves alone: the leaf at
 * index i weighs i + 1. Again and again, the two lightest trees become the children of a new one, the lighter one left
 * (bit 0); of equal ones, that which was there earlier. A leaf that is alone has a code of no bits.
 * Source: docs/access-control.md. Pure.
 */
import type { BitReader } from './bit-reader';

export interface HuffmanTree {
  /** The trees below this number are the leaves, numbered by their index; the last tree is the root. */
  leafCount: number;
  /** Two for each tree that is no leaf: left, right. */
  children: Uint32Array;
}

/** `leafCount`: at least one. */
export function buildHuffmanTree(leafCount: number): HuffmanTree {
  const treeCount = 2 * leafCount - 1;
  const weights = Float64Array.from({ length: treeCount }, (_, index) => index + 1);
  const children = new Uint32Array(2 * (leafCount - 1));
  // New trees only become heavier, as the leaves do: so two queues, and no sorting.
  let leaf = 0;
  let joined = leafCount;
  const takeLightest = (end: number): number => {
    const takesLeaf = leaf < leafCount && (joined === end || (weights[leaf] as number) <= (weights[joined] as number));
    return takesLeaf ? leaf++ : joined++;
  };
  for (let tree = leafCount; tree < treeCount; tree++) {
    const [left, right] = [takeLightest(tree), takeLightest(tree)];
    children.set([left, right], 2 * (tree - leafCount));
    weights[tree] = (weights[left] as number) + (weights[right] as number);
  }
  return { leafCount, children };
}

/** The index of the leaf whose code comes next. Undefined: the bits end before it does. */
export function readLeaf({ leafCount, children }: HuffmanTree, bits: BitReader): number | undefined {
  let tree = 2 * leafCount - 2;
  while (tree >= leafCount) {
    const bit = bits.readBit();
    if (bit === undefined) return undefined;
    tree = children[2 * (tree - leafCount) + bit] as number;
  }
  return tree;
}
