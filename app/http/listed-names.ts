/**
 * The names that the catalog shows to a client: walked in slices, because most of a million repositories may be hidden from
 * it, and every one of them has to be judged.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Client } from '../access/policy/client';
import type { Policy } from '../access/policy/policy';
import type { RepositoryIndex } from '../store/repository-index';

/** Repositories that are judged before other work may run. */
const SLICE = 500;

/** The first `most` of them, from `after` on in byte order. */
export async function listNames(
  { client, after, most }: { client: Client; after: string | undefined; most: number },
  index: RepositoryIndex,
  policy: Policy,
): Promise<string[]> {
  const names: string[] = [];
  let last = after;
  for (;;) {
    const slice = await index.listRegistries(last, SLICE);
    for (const repository of slice) {
      last = repository.name;
      if (policy.mayList(client, repository)) names.push(repository.name);
      if (names.length >= most) return names;
    }
    if (slice.length < SLICE) return names;
    // Where the walk was is found anew: meanwhile, repositories may come and go.
    await nextTurn();
  }
}
