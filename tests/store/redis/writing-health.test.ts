/** What the writer of an index in Redis tells of itself. */
import { NothingToPublish } from '../../../app/store/redis/mirror';
import { WritingHealth, type WritingStatus } from '../../../app/store/redis/writing-health';

function open() {
  const told: Omit<WritingStatus, 'since'>[] = [];
  const health = new WritingHealth(({ state, reason }) => told.push({ state, reason }));
  return { health, told };
}

it('tells every change once, also that it waits from the start', () => {
  const { health, told } = open();
  health.note({ state: 'waiting' });
  health.note({ state: 'waiting' });
  health.note({ state: 'filling', done: 0, total: 2 });
  health.note({ state: 'filling', done: 2, total: 2 });
  health.note({ state: 'current' });
  expect(told.map(({ state }) => state)).toEqual(['waiting', 'filling', 'current']);
  expect(health.status).toMatchObject({ state: 'current', reason: '' });
});

it('stays faulty between two attempts, until one of them succeeds', () => {
  const { health, told } = open();
  const fault = new Error('OOM command not allowed when used memory > maxmemory');
  health.note({ state: 'faulty', fault });
  const { since } = health.status;
  health.note({ state: 'filling', done: 0, total: 1 });
  health.note({ state: 'faulty', fault });
  expect(health.status.since).toBe(since);
  health.note({ state: 'current' });
  expect(told).toEqual([
    { state: 'faulty', reason: expect.stringContaining('maxmemory') as string },
    { state: 'current', reason: '' },
  ]);
});

it.each([
  ['own words', new NothingToPublish('no redirect file is there'), 'no redirect file is there'],
  ['those of a script', new Error('FENCED another writer has taken over'), 'another writer has taken over'],
])('gives as reason its %s', (_what, fault, reason) => {
  const { health } = open();
  health.note({ state: 'faulty', fault });
  expect(health.status.reason).toBe(reason);
});
