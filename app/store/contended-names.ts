/**
 * Names and the files that claim them. The higher version wins, then the newer file, then the path in byte order: so two
 * files with one name give the same answer at every start.
 */
import type { Problem } from '../redirects/problem';
import type { Repository } from '../redirects/repository';

export interface Claim<R extends Repository> {
  file: string;
  modifiedMs: number;
  repository: R;
}

const compareBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

const compareClaims = (a: Claim<Repository>, b: Claim<Repository>): number =>
  b.repository.version - a.repository.version || b.modifiedMs - a.modifiedMs || compareBytes(a.file, b.file);

export class ContendedNames<R extends Repository> {
  /** What a pull looks for: the first of the claims, without a detour. */
  readonly #winners = new Map<string, R>();
  /** Never empty lists; the winner first. */
  readonly #claims = new Map<string, Claim<R>[]>();
  readonly #sortedNames: string[] = [];
  readonly #contended = new Set<string>();

  /** `onChange`: another repository, or none, has the name now. */
  constructor(readonly onChange: (name: string) => void) {}

  find(name: string): R | undefined {
    return this.#winners.get(name);
  }

  add(claim: Claim<R>): void {
    const { name } = claim.repository;
    const known = this.#claims.get(name);
    if (!known) this.#sortedNames.splice(this.#positionOf(name), 0, name);
    const others = known?.filter(({ file }) => file !== claim.file) ?? [];
    this.#set(name, others.length === 0 ? [claim] : [...others, claim].sort(compareClaims));
  }

  remove(name: string, file: string): void {
    const claims = (this.#claims.get(name) ?? []).filter((claim) => claim.file !== file);
    this.#set(name, claims);
    if (claims.length > 0) return;
    this.#claims.delete(name);
    const position = this.#positionOf(name);
    if (this.#sortedNames[position] === name) this.#sortedNames.splice(position, 1);
  }

  /** Winners whose names sort after `after`, in byte order, at most `most`. */
  after(after: string | undefined, most: number): R[] {
    let position = after === undefined ? 0 : this.#positionOf(after);
    if (this.#sortedNames[position] === after) position++;
    const names = this.#sortedNames.slice(position, position + most);
    return names.flatMap((name) => this.find(name) ?? []);
  }

  losers(): Problem[] {
    return [...this.#contended].flatMap((name) => {
      const [winner, ...losers] = this.#claims.get(name) as [Claim<R>, ...Claim<R>[]];
      return losers.map(({ file }) => ({
        file,
        pointer: '/repo-registry-id',
        message: `"${name}" is served from ${winner.file}`,
        severity: 'error' as const,
      }));
    });
  }

  #set(name: string, claims: Claim<R>[]): void {
    this.#claims.set(name, claims);
    const [winner] = claims;
    if (winner) this.#winners.set(name, winner.repository);
    else this.#winners.delete(name);
    if (claims.length > 1) this.#contended.add(name);
    else this.#contended.delete(name);
    this.onChange(name);
  }

  /** Where the name stands, or belongs, in the sorted names. */
  #positionOf(name: string): number {
    let [low, high] = [0, this.#sortedNames.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#sortedNames[middle] as string) < name) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
