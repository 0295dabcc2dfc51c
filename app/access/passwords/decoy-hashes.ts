/**
 * The hash that the password of an unknown user is checked against, in vain: some user's of the same file. So an unknown
 * name costs what a name of the file costs: whatever kinds of hashes there are, as many unknown names as known ones take as
 * long as each. A name keeps its decoy as long as the file stays the same. Which one it is depends on a secret of this
 * process.
 */
import { createHmac, randomBytes } from 'node:crypto';

export class DecoyHashes {
  readonly #secret = randomBytes(32);
  readonly #hashesOf = new WeakMap<ReadonlyMap<string, string>, string[]>();

  /** Undefined: there are no users at all. */
  find(users: ReadonlyMap<string, string>, user: string): string | undefined {
    const hashes = this.#listHashes(users);
    return hashes[createHmac('sha256', this.#secret).update(user).digest().readUInt32BE() % hashes.length];
  }

  #listHashes(users: ReadonlyMap<string, string>): string[] {
    const hashes = this.#hashesOf.get(users) ?? [...users.values()];
    this.#hashesOf.set(users, hashes);
    return hashes;
  }
}
