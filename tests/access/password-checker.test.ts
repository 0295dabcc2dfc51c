/** The bounds around the checking of passwords, counted: how often a password is hashed, and for whom there is no place. */
import {
  createPasswordChecker,
  type PasswordChecker,
  type PasswordCheckerOptions,
} from '../../app/access/passwords/password-checker';
import type { HashPool } from '../../app/access/passwords/hash-pool';
import type { HashTask } from '../../app/access/passwords/verify-password';

/** Stands in for hashing: the hash of a password is `h(<password>)`. Every task is noted, and may be held up. */
class CountedPool implements HashPool {
  readonly tasks: HashTask[] = [];
  failure: Error | undefined;
  #held: (() => void)[] | undefined;
  #isClosed = false;

  async verify(task: HashTask): Promise<boolean> {
    this.tasks.push(task);
    const held = this.#held;
    if (held) await new Promise<void>((resolve) => held.push(resolve));
    if (this.#isClosed) throw new Error('closed');
    if (this.failure) throw this.failure;
    return task.hash.startsWith(`h(${task.password})`);
  }

  close(): Promise<void> {
    this.#isClosed = true;
    this.release();
    return Promise.resolve();
  }

  /** From now on, no task ends. */
  hold(): void {
    this.#held = [];
  }

  release(): void {
    for (const resolve of this.#held ?? []) resolve();
    this.#held = undefined;
  }
}

const FILE = { alice: 'h(secret)', bob: 'h(swordfish)' };

function createTested(options: Partial<PasswordCheckerOptions> = {}, file: Record<string, string> = FILE) {
  const pool = new CountedPool();
  const state = { users: new Map(Object.entries(file)) };
  const checker = createPasswordChecker({ loadUsers: () => state.users, pool, ...options });
  return {
    checker,
    pool,
    /** How often a password has been hashed. */
    count: () => pool.tasks.length,
    write: (next: Record<string, string>) => (state.users = new Map(Object.entries(next))),
  };
}

const numbered = <T>(count: number, make: (number: number) => T): T[] =>
  Array.from({ length: count }, (_, number) => make(number));

afterEach(() => jest.restoreAllMocks());

describe('a verdict', () => {
  it.each([
    ['alice', 'secret', 'right'],
    ['alice', 'swordfish', 'wrong'],
    ['bob', 'swordfish', 'right'],
    ['alice', '', 'wrong'],
    ['Alice', 'secret', 'wrong'],
    ['', '', 'wrong'],
    ['mallory', 'secret', 'wrong'],
    ['__proto__', 'secret', 'wrong'],
    ['constructor', 'secret', 'wrong'],
  ])('of %j with %j is %s, and takes one hash', async (user, password, verdict) => {
    const { checker, count } = createTested();
    expect(await checker.check(user, password)).toBe(verdict);
    expect(count()).toBe(1);
  });

  it('of a file without users is wrong', async () => {
    const { checker, count } = createTested({}, {});
    expect(await checker.check('alice', 'secret')).toBe('wrong');
    expect(count()).toBe(0);
  });

  it.each([
    ['user', 'x'.repeat(4097), 'secret'],
    ['password', 'alice', 'x'.repeat(4097)],
  ])('of a %s that is too long is wrong, without a hash', async (_what, user, password) => {
    const { checker, count } = createTested();
    expect(await checker.check(user, password)).toBe('wrong');
    expect(count()).toBe(0);
  });

  it('of the longest password takes a hash', async () => {
    const { checker, count } = createTested();
    await checker.check('x'.repeat(4096), 'x'.repeat(4096));
    expect(count()).toBe(1);
  });
});

describe('an unknown user', () => {
  const names = numbered(200, (number) => `nobody-${number}`);
  const hashesAsked = async (file: Record<string, string>, users: string[], password = 'x'): Promise<string[]> => {
    const { checker, pool } = createTested({ mostOfSource: 1000, mostWaiting: 1000 }, file);
    for (const user of users) await checker.check(user, password);
    return pool.tasks.map(({ hash }) => hash);
  };

  it('costs what the users of the file cost, each kind as often', async () => {
    const hashes = await hashesAsked({ a: 'cheap', b: 'dear', c: 'dear', d: 'dear' }, names);
    expect(hashes).toHaveLength(names.length);
    const dear = hashes.filter((hash) => hash === 'dear').length;
    // Three in four of 200: to miss this takes more than eight standard deviations.
    expect(dear).toBeGreaterThan(100);
    expect(dear).toBeLessThan(200);
  });

  it('costs the same each time', async () => {
    const { checker, pool } = createTested({ mostOfSource: 1000 }, { a: 'cheap', b: 'dear' });
    for (const password of numbered(20, String)) await checker.check('nobody', password);
    expect(new Set(pool.tasks.map(({ hash }) => hash)).size).toBe(1);
    expect(pool.tasks).toHaveLength(20);
  });

  it('is wrong with the password of whoever lends the hash', async () => {
    const { checker } = createTested({}, { alice: 'h(secret)' });
    expect(await checker.check('mallory', 'secret')).toBe('wrong');
    // Nor does that verdict become anybody's.
    expect(await checker.check('alice', 'secret')).toBe('right');
    expect(await checker.check('mallory', 'secret')).toBe('wrong');
  });

  it('is known from the moment the file names it', async () => {
    const { checker, write } = createTested({}, { alice: 'h(secret)' });
    expect(await checker.check('mallory', 'secret')).toBe('wrong');
    write({ alice: 'h(secret)', mallory: 'h(secret)' });
    expect(await checker.check('mallory', 'secret')).toBe('right');
  });

  it('is remembered, shared and refused as a known one is', async () => {
    for (const user of ['alice', 'mallory']) {
      const { checker, pool, count } = createTested({ threads: 1, mostWaiting: 1, mostOfSource: 2 });
      pool.hold();
      const answers = ['a', 'a', 'b', 'c'].map((password) => checker.check(user, password));
      expect(await answers[3]).toBe('busy');
      pool.release();
      expect(await Promise.all(answers.slice(0, 3))).toEqual(['wrong', 'wrong', 'wrong']);
      expect(await checker.check(user, 'a')).toBe('wrong');
      expect(count()).toBe(2);
    }
  });
});

describe('a known verdict', () => {
  it.each([
    ['secret', 'right'],
    ['guess', 'wrong'],
  ])('for %j is given again without a hash', async (password, verdict) => {
    const { checker, count } = createTested();
    await checker.check('alice', password);
    expect(await checker.check('alice', password)).toBe(verdict);
    expect(count()).toBe(1);
  });

  it('is of one user, one password and one line of the file', async () => {
    const { checker, count, write } = createTested();
    await checker.check('alice', 'secret');
    expect(await checker.check('bob', 'secret')).toBe('wrong');
    expect(await checker.check('alice', 'Secret')).toBe('wrong');
    write({ ...FILE, alice: 'h(Secret)' });
    expect(await checker.check('alice', 'secret')).toBe('wrong');
    expect(await checker.check('alice', 'Secret')).toBe('right');
    write({ bob: FILE.bob });
    expect(await checker.check('alice', 'Secret')).toBe('wrong');
    expect(count()).toBe(6);
  });

  it('does not confuse where user ends and password begins', async () => {
    const { checker, count } = createTested({}, { a: 'h(bc)', ab: 'h(bc)' });
    expect(await checker.check('a', 'bc')).toBe('right');
    expect(await checker.check('ab', 'c')).toBe('wrong');
    expect(count()).toBe(2);
  });

  it('lasts for some time: a right one after its last use, a wrong one after it was found', async () => {
    const clock = jest.spyOn(performance, 'now').mockReturnValue(1000);
    const { checker, count } = createTested({ rightMs: 100, wrongMs: 100 });
    const askAt = async (time: number, password: string): Promise<number> => {
      clock.mockReturnValue(time);
      await checker.check('alice', password);
      return count();
    };
    expect(await askAt(1000, 'secret')).toBe(1);
    expect(await askAt(1090, 'secret')).toBe(1);
    expect(await askAt(1180, 'secret')).toBe(1);
    expect(await askAt(1290, 'secret')).toBe(2);
    expect(await askAt(1300, 'guess')).toBe(3);
    expect(await askAt(1390, 'guess')).toBe(3);
    expect(await askAt(1410, 'guess')).toBe(4);
  });

  it('lasts five minutes when it is right, ten seconds when it is wrong', async () => {
    const clock = jest.spyOn(performance, 'now').mockReturnValue(1000);
    const { checker, count } = createTested();
    for (const [password, lifetimeMs] of [
      ['secret', 300_000],
      ['guess', 10_000],
    ] as const) {
      const before = count();
      const askedAt = performance.now();
      await checker.check('alice', password);
      clock.mockReturnValue(askedAt + lifetimeMs - 1);
      await checker.check('alice', password);
      expect(count()).toBe(before + 1);
      clock.mockReturnValue(askedAt + lifetimeMs * 2 + 1);
      await checker.check('alice', password);
      expect(count()).toBe(before + 2);
    }
  });

  it('that is right is not pushed out by wrong ones', async () => {
    const { checker, count } = createTested({ mostRight: 2, mostWrong: 2 });
    await checker.check('alice', 'secret');
    for (const password of numbered(10, String)) await checker.check('alice', password);
    await checker.check('alice', 'secret');
    expect(count()).toBe(11);
  });

  it('is one of a bounded number', async () => {
    const { checker, count } = createTested({ mostRight: 1, mostWrong: 1 });
    for (const [user, password] of [
      ['alice', 'secret'],
      ['bob', 'swordfish'],
      ['alice', 'secret'],
      ['alice', 'x'],
      ['alice', 'y'],
      ['alice', 'x'],
    ] as const) {
      await checker.check(user, password);
    }
    expect(count()).toBe(6);
  });
});

describe('places', () => {
  const ask = (checker: PasswordChecker, source: string, password: string): Promise<string> =>
    checker.check('alice', password, source);

  it('are as many as threads and waiting ones; beyond, the answer is busy', async () => {
    const { checker, pool, count } = createTested({ threads: 2, mostWaiting: 3 });
    pool.hold();
    const answers = numbered(8, (number) => ask(checker, `source-${number}`, `guess-${number}`));
    expect(await Promise.all(answers.slice(5))).toEqual(['busy', 'busy', 'busy']);
    expect(count()).toBe(2);
    pool.release();
    expect(await Promise.all(answers.slice(0, 5))).toEqual(Array(5).fill('wrong'));
    expect(count()).toBe(5);
    // Free again, and "busy" was not remembered as a verdict.
    expect(await checker.check('alice', 'guess-7')).toBe('wrong');
  });

  it('are 102, and 25 for one source, when nothing else is said', async () => {
    const { checker, pool } = createTested();
    const asked: Promise<string>[] = [];
    const isTaken = async (source: string): Promise<boolean> => {
      const answer = ask(checker, source, `guess-${asked.length}`);
      asked.push(answer);
      return (await Promise.race([answer, Promise.resolve('taken')])) === 'taken';
    };
    const takenOf = async (count: number, sourceOf: (number: number) => string): Promise<number> => {
      let taken = 0;
      for (const number of Array(count).keys()) taken += Number(await isTaken(sourceOf(number)));
      return taken;
    };
    pool.hold();
    expect(await takenOf(40, () => 'one')).toBe(25);
    expect(await takenOf(200, (number) => `source-${number}`)).toBe(77);
    await checker.close();
    expect(new Set(await Promise.all(asked))).toEqual(new Set(['busy']));
  });

  it('are left for others by five sources that ask as often as they can', async () => {
    const { checker, pool } = createTested();
    pool.hold();
    const flood = numbered(5 * 24, (number) => ask(checker, `flooding-${number % 5}`, `guess-${number}`));
    const right = ask(checker, 'elsewhere', 'secret');
    pool.release();
    expect(await right).toBe('right');
    // Before it come what the two threads had begun, and one of each of the five.
    expect(pool.tasks.findIndex(({ password }) => password === 'secret')).toBeLessThanOrEqual(2 + 5);
    const outcomes = await Promise.all(flood);
    expect(outcomes.filter((outcome) => outcome === 'wrong')).toHaveLength(51);
    expect(await ask(checker, 'flooding-0', 'later')).toBe('wrong');
  });

  it('in the second half are for sources that have none or one', async () => {
    const { checker, pool } = createTested({ threads: 1, mostWaiting: 9, mostOfSource: 4 });
    pool.hold();
    const asked = Array.from('aaabbbbcccde').map((source, number) => ask(checker, source, `guess-${number}`));
    pool.release();
    const busy = (await Promise.all(asked)).map((outcome) => (outcome === 'busy' ? '-' : '+')).join('');
    expect(busy).toBe('+++++--++-++');
  });

  it('are taken in turn, source by source', async () => {
    const { checker, pool } = createTested({ threads: 1, mostWaiting: 19 });
    pool.hold();
    const asked = ['a1', 'a2', 'a3', 'b1', 'a4', 'c1', 'b2'].map((name) => ask(checker, name.slice(0, 1), name));
    pool.release();
    await Promise.all(asked);
    expect(pool.tasks.map(({ password }) => password)).toEqual(['a1', 'a2', 'b1', 'c1', 'a3', 'b2', 'a4']);
  });

  it('are shared out: one user’s bad logins leave some for others', async () => {
    const { checker, pool } = createTested({ threads: 1, mostWaiting: 9, mostOfSource: 4 });
    pool.hold();
    const guesses = numbered(20, (number) => checker.check('alice', `guess-${number}`));
    expect(await Promise.all(guesses.slice(4))).toEqual(Array(16).fill('busy'));
    const right = checker.check('bob', 'swordfish');
    pool.release();
    expect(await right).toBe('right');
    expect(await Promise.all(guesses.slice(0, 4))).toEqual(Array(4).fill('wrong'));
    expect(await checker.check('alice', 'secret')).toBe('right');
  });

  it('are shared out by whoever asks, if the caller says who does', async () => {
    const { checker, pool } = createTested({ threads: 1, mostWaiting: 9, mostOfSource: 4 });
    pool.hold();
    const guesses = numbered(20, (number) => checker.check(`nobody-${number}`, 'x', '192.0.2.1'));
    expect(await Promise.all(guesses.slice(4))).toEqual(Array(16).fill('busy'));
    const right = checker.check('nobody-5', 'x', '192.0.2.2');
    pool.release();
    expect(await right).toBe('wrong');
    expect(await Promise.all(guesses.slice(0, 4))).toEqual(Array(4).fill('wrong'));
  });

  it('are not needed for what is known, nor for what is being found out', async () => {
    const { checker, pool, count } = createTested({ threads: 1, mostWaiting: 1 });
    await checker.check('alice', 'secret');
    await checker.check('alice', 'guess');
    pool.hold();
    const first = checker.check('bob', 'swordfish');
    const others = numbered(3, (number) => checker.check('bob', `x-${number}`));
    expect(await others[2]).toBe('busy');
    const same = numbered(100, () => checker.check('bob', 'swordfish'));
    expect(await checker.check('alice', 'secret')).toBe('right');
    expect(await checker.check('alice', 'guess')).toBe('wrong');
    pool.release();
    expect(new Set(await Promise.all([first, ...same]))).toEqual(new Set(['right']));
    expect(count()).toBe(4);
  });
});

describe('a fault', () => {
  it('is thrown with its cause, to all who share it, and is not remembered', async () => {
    const { checker, pool } = createTested();
    pool.failure = new Error('out of memory');
    const answers = await Promise.allSettled([checker.check('alice', 'secret'), checker.check('alice', 'secret')]);
    for (const answer of answers) {
      expect(answer).toMatchObject({
        status: 'rejected',
        reason: { message: 'a password could not be checked', cause: { message: 'out of memory' } },
      });
    }
    pool.failure = undefined;
    expect(await checker.check('alice', 'secret')).toBe('right');
  });
});

describe('close', () => {
  it('answers what is under way, and what comes later, with busy', async () => {
    const { checker, pool } = createTested();
    await checker.check('alice', 'secret');
    pool.hold();
    const underWay = checker.check('bob', 'swordfish');
    await checker.close();
    expect(await underWay).toBe('busy');
    expect(await checker.check('alice', 'secret')).toBe('busy');
  });

  it('ends a checker that has threads of its own', async () => {
    const checker = createPasswordChecker({ loadUsers: () => new Map() });
    expect(await checker.check('alice', 'secret')).toBe('wrong');
    await checker.close();
    expect(await checker.check('alice', 'secret')).toBe('busy');
  });
});
