/** Real threads: a flood of logins holds up nothing, and a thread that fails is told of and replaced. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createHashPool, type HashPool } from '../../app/access/passwords/hash-pool';
import { createPasswordChecker } from '../../app/access/passwords/password-checker';
import { bestOf, LONGEST_TURN_MS, longestTurnDuring } from '../support/longest-turn';
import { createTemporaryDirectory } from '../support/temporary-directory';
import { CHECKABLE, makeHash } from './hashes';

/** The threads run compiled code: `npm run build` comes before the tests. */
const threadFile = join(__dirname, '../../dist/access/passwords/verify-password.js');

/** About 50 ms on today's machines. */
const COST_10 = '$2y$10$OlgXL7oHglQhRJzWluwDeuu.rLudQO6qh.dlVuBXW9dH8vh/InyKC';

const pools: HashPool[] = [];

afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});

function startPool(file = threadFile): HashPool {
  const pool = createHashPool({ threads: 2, threadFile: file });
  pools.push(pool);
  return pool;
}

/** A file for threads that has its say before the real one. */
function writeThreadFile(text: string): string {
  const file = join(createTemporaryDirectory(), 'thread.js');
  writeFileSync(file, text);
  return file;
}

/** How nice a thread of this process is, as the system has it. */
function nicenessOf(thread: string): number {
  const fields = readFileSync(`/proc/self/task/${thread}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return Number(fields[16]);
}

describe('a hash pool', () => {
  it.each(CHECKABLE)('checks what htpasswd %s makes', async (option) => {
    const pool = startPool();
    const hash = makeHash(option, 'pässwörd:🐳');
    expect(await pool.verify({ password: 'pässwörd:🐳', hash })).toBe(true);
    expect(await pool.verify({ password: 'passwörd:🐳', hash })).toBe(false);
  });

  it('gives way to everything else on the machine', async () => {
    await startPool().verify({ password: 'x', hash: makeHash('-s', 'x') });
    const own = nicenessOf(String(process.pid));
    expect(readdirSync('/proc/self/task').map(nicenessOf)).toContain(Math.min(own + 10, 19));
  });

  it('tells of a thread that ends, and goes on with another', async () => {
    const pool = startPool(
      writeThreadFile(
        `exports.verifyPassword = ({ password }) => (password === 'end' ? process.exit(1) : password === 'right');`,
      ),
    );
    await expect(pool.verify({ password: 'end', hash: '' })).rejects.toThrow('exited');
    expect(await pool.verify({ password: 'right', hash: '' })).toBe(true);
  });

  it('tells of threads that cannot start, and tries again', async () => {
    const pool = startPool('/nowhere/verify-password.js');
    for (let attempt = 0; attempt < 2; attempt++) {
      const answers = await Promise.allSettled([1, 2, 3].map(() => pool.verify({ password: 'x', hash: '' })));
      for (const answer of answers) {
        expect(answer).toMatchObject({ status: 'rejected', reason: { code: 'ERR_MODULE_NOT_FOUND' } });
      }
    }
  });

  it('ends with what is under way', async () => {
    const pool = startPool(writeThreadFile(`exports.verifyPassword = () => { for (;;); };`));
    const [underWay] = await Promise.allSettled([pool.verify({ password: 'x', hash: '' }), pool.close()]);
    expect(underWay).toMatchObject({ status: 'rejected' });
  });
});

describe('a flood of 500 wrong logins', () => {
  const users = new Map([
    ['alice', makeHash('-s', 'secret')],
    ...Array.from({ length: 20 }, (_, number): [string, string] => [`user-${number}`, COST_10]),
  ]);

  it('holds up neither the event loop nor files, nor whoever is known', async () => {
    const checker = createPasswordChecker({ loadUsers: () => users, mostWaiting: 4, pool: startPool() });
    expect(await checker.check('alice', 'secret')).toBe('right');
    const longest = await bestOf(async (attempt) => {
      const answers: string[] = [];
      const flood = Array.from({ length: 500 }, async (_, number) => {
        answers.push(await checker.check(`user-${number % 20}`, `guess-${attempt}-${number}`));
      });
      const duringFlood = (async () => {
        expect(await checker.check('alice', 'secret')).toBe('right');
        await stat(__filename);
        expect(answers.filter((answer) => answer === 'wrong').length).toBeLessThan(6);
      })();
      const turn = await longestTurnDuring(Promise.all([...flood, duringFlood]));
      // As many as threads and waiting ones. Each takes long where the threads give way to much else.
      expect(answers.filter((answer) => answer === 'wrong')).toHaveLength(6);
      expect(answers.filter((answer) => answer === 'busy')).toHaveLength(494);
      return turn;
    });
    expect(longest).toBeLessThanOrEqual(LONGEST_TURN_MS);
  }, 180_000);
});
