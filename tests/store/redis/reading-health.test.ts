/** What is told of the reading of an index in Redis, and how often. */
import { Redis } from 'ioredis';
import { ReadingHealth } from '../../../app/store/redis/reading-health';

describe('the state of reading', () => {
  const told: string[] = [];
  const health = new ReadingHealth(new Redis({ lazyConnect: true }), ({ state, reason }) => {
    told.push(`${state}: ${reason}`);
  });
  const take = (): string[] => told.splice(0);

  it('is told once while a writer fills one partition after the other, and shows how many are left', () => {
    for (const left of [257, 120, 3]) health.noteLook(left);
    expect(health.status.reason).toBe('parts of the index that no writer has completed: 3');
    expect(take()).toEqual(['filling: parts of the index that no writer has completed: 257']);

    health.noteLook(0);
    expect(take()).toEqual(['ok: ']);
  });

  it('is told again when there is another reason for it', () => {
    const faults = ['WRONGPASS invalid username-password pair', 'NOAUTH Authentication required.'];
    for (const fault of [...faults, ...faults.slice(1)]) health.noteConnectionFault(new Error(fault));
    expect(take()).toEqual([
      'unreachable: Redis refuses the user name or password',
      'unreachable: Redis asks for a password, and none is configured',
    ]);
  });
});
