/** What every index of repositories must do, in memory or elsewhere: one suite, run on each of them. */
import type { MaybePromise } from '../../app/store/repository-index';
import { describeAnyOrder } from './any-order-contract';
import { describeDuplicates } from './duplicates-contract';
import { describeFiles } from './files-contract';
import { describeImages } from './images-contract';
import { describeLists } from './lists-contract';
import { describeNames } from './names-contract';
import type { WholeIndex } from './tried-index';
import { TriedIndex } from './tried-index';

const parts = {
  files: describeFiles,
  duplicates: describeDuplicates,
  images: describeImages,
  names: describeNames,
  lists: describeLists,
  'any order': describeAnyOrder,
};
export type Part = keyof typeof parts;

export interface ContractOptions {
  /** How often what takes any publications is tried. */
  runs?: number;
  /** Default: all. */
  only?: readonly Part[];
}

/** `createIndex` gives an empty index, as often as it is called; the one before is not used again. */
export function describeIndex(
  title: string,
  createIndex: () => MaybePromise<WholeIndex>,
  { runs = 100, only = Object.keys(parts) as Part[] }: ContractOptions = {},
): void {
  const create = async (): Promise<TriedIndex> => new TriedIndex(await createIndex());
  describe(title, () => {
    for (const part of only) describe(part, () => parts[part](create, runs));
  });
}
