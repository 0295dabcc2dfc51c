/**
 * Checks user and password against the users of a password file, and bounds what that may cost.
 *
 * Every check that needs a hash takes one of few places: in a thread, or waiting for one. When the places are taken, or one
 * source holds its share of them (./bounded-checks), the answer is "busy", which is an answer about this server and not about the password. A
 * verdict that is known is given at once, however many wait; the same check asked for twice is done once.
 *
 * Unknown users go the same way as known ones with a wrong password: same places, same cost (./decoy-hashes), same memory.
 */
import { BoundedChecks } from './bounded-checks';
import { DecoyHashes } from './decoy-hashes';
import type { HashPool } from './hash-pool';
import { createHashPool } from './hash-pool';
import type { Verdict, VerdictCacheOptions } from './verdict-cache';
import { VerdictCache } from './verdict-cache';
import type { HashTask } from './verify-password';

export interface PasswordChecker {
  /**
   * `source`: who asks, for a fair share of the places, for example the client's address; default: the user's name.
   * Rejects when a thread fails.
   */
  check(user: string, password: string, source?: string): Promise<Verdict | 'busy'>;
  /** What is under way, and what is asked for later, is answered with "busy". */
  close(): Promise<void>;
}

export interface PasswordCheckerOptions extends VerdictCacheOptions {
  /** User → hash, as ./htpasswd reads it. A map that was given is not changed any more; another file is another map. */
  loadUsers: () => ReadonlyMap<string, string>;
  /** Passwords that are hashed at the same time; default 2. */
  threads?: number;
  /** Checks that wait for a thread, at most; default 100. */
  mostWaiting?: number;
  /** Checks of one source, waiting or being done, at most; default 25. Fewer when half of the places are taken. */
  mostOfSource?: number;
  /** Default: threads of its own. */
  pool?: HashPool;
}

/** In UTF-16 units, of user and password each: what is hashed a thousand times over must not be long. htpasswd writes 255. */
const LONGEST_WORD = 4096;

export function createPasswordChecker({
  loadUsers,
  threads = 2,
  mostWaiting = 100,
  mostOfSource = 25,
  pool = createHashPool({ threads }),
  ...cacheOptions
}: PasswordCheckerOptions): PasswordChecker {
  const verdicts = new VerdictCache(cacheOptions);
  const decoys = new DecoyHashes();
  const checks = new BoundedChecks<Verdict | 'busy'>({
    atOnce: threads,
    most: threads + mostWaiting,
    mostOfSource,
  });
  let isClosed = false;

  const judge = async (key: string, task: HashTask, isKnown: boolean): Promise<Verdict | 'busy'> => {
    try {
      const isRight = await pool.verify(task);
      const verdict = isRight && isKnown ? 'right' : 'wrong';
      verdicts.keep(key, verdict);
      return verdict;
    } catch (cause) {
      if (isClosed) return 'busy';
      throw new Error('a password could not be checked', { cause });
    }
  };

  const check = async (user: string, password: string, source = user): Promise<Verdict | 'busy'> => {
    if (isClosed) return 'busy';
    if (user.length > LONGEST_WORD || password.length > LONGEST_WORD) return 'wrong';
    const users = loadUsers();
    // Looked for in any case: it takes a moment, too.
    const decoy = decoys.find(users, user);
    if (decoy === undefined) return 'wrong';
    const stored = users.get(user);
    const task: HashTask = { password, hash: stored ?? decoy };
    const isKnown = stored !== undefined;
    const key = verdicts.keyOf(user, password, task.hash, String(isKnown));
    return verdicts.find(key) ?? checks.start(key, source, () => judge(key, task, isKnown)) ?? 'busy';
  };

  return {
    check,
    async close() {
      isClosed = true;
      await pool.close();
    },
  };
}
