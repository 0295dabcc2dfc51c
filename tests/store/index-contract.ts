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

/**
 * `createIndex` gives an empty index, as often as it is called; the one before is not used again. `runs`: how often what takes
 * any publications is tried.
 */
export function describeIndex(title: string, createIndex: () => MaybePromise<WholeIndex>, { runs = 100 } = {}): void {
  const create = async (): Promise<TriedIndex> => new TriedIndex(await createIndex());
  describe(title, () => {
    describe('files', () => describeFiles(create));
    describe('duplicates', () => describeDuplicates(create));
    describe('images', () => describeImages(create));
    describe('names', () => describeNames(create));
    describe('lists', () => describeLists(create));
    describe('any order', () => describeAnyOrder(create, runs));
  });
}
