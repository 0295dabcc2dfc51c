/** A text that processes have in common through a real Redis, which may be late, and may lose its memory. */
import { shareText, type SharedText } from '../../../app/store/redis/shared-text';
import { describeRedisFault } from '../../../app/store/redis/describe-fault';
import { findFreePort } from '../../support/ports';
import { startRedis, type RedisServer } from '../../support/redis';
import { until } from '../../support/until';
import { settingsOf } from './settings-of';

let server: RedisServer | undefined;
const opened: SharedText[] = [];
afterEach(async () => {
  for (const { close } of opened.splice(0)) close();
  await server?.stop();
});

interface Process {
  /** What it has after it was told. */
  text: string;
  /** What Redis said of its offers: why it refused, or nothing. */
  answers: string[];
}

function share(url: string, offer: string, { prefix = 'test', ...more }: Sharing = {}): Process {
  const process: Process = { text: offer, answers: [] };
  const onChange = (text: string): void => void (process.text = text);
  const onAnswer = (refusal: Error | undefined): void =>
    void process.answers.push(refusal ? describeRedisFault(refusal) : '');
  opened.push(shareText(settingsOf(url, more), { prefix, name: 'key', offer, onChange, onAnswer }));
  return process;
}

type Sharing = Parameters<typeof settingsOf>[1] & { prefix?: string };

it('is what the first of them offered', async () => {
  server = await startRedis();
  const first = share(server.url, 'one');
  await until('the first one has offered', async () => (await server?.run('GET', 'test:1:{shared}:key')) === 'one');
  const others = [share(server.url, 'two'), share(server.url, 'three')];
  await until('all have it', () => others.every(({ text }) => text === 'one'));
  expect(first.text).toBe('one');
});

it('is not in common with those of another prefix', async () => {
  server = await startRedis();
  share(server.url, 'one');
  const other = share(server.url, 'two', { prefix: 'other' });
  await until('both have offered', async () => (await server?.run('DBSIZE')) === '2');
  expect(other.text).toBe('two');
});

it('is found when Redis comes late, and outlives a Redis that comes back empty', async () => {
  const port = await findFreePort();
  const url = `redis://127.0.0.1:${port}`;
  const processes = [share(url, 'one'), share(url, 'two')];
  const areOne = (): boolean => new Set(processes.map(({ text }) => text)).size === 1;
  server = await startRedis({ port });
  await until('they agree', areOne);
  const [{ text } = { text: '' }] = processes;
  await server.kill();
  await server.restart();
  await until('it is offered again', async () => (await server?.run('GET', 'test:1:{shared}:key')) === text);
  expect(areOne()).toBe(true);
});

describe('of a Redis that refuses it', () => {
  it('is told why: a user who may not write, or not there', async () => {
    const one = ['on', '>p', '&*', '+@all'];
    server = await startRedis({
      args: ['--user', 'reader', ...one, '~*', '-set', '--user', 'stranger', ...one, '~other:*'],
    });
    const { url } = server;
    const processes = ['reader', 'stranger'].map((username) => share(url, 'one', { username, password: 'p' }));

    await until('both are refused', () => processes.every(({ answers }) => answers.length > 0));
    for (const { answers, text } of processes) {
      expect(answers[0]).toBe('the Redis user may not do this: its ACL rules lack a command or a key');
      expect(text).toBe('one');
    }
    expect(await server.run('DBSIZE')).toBe('0');
  });

  it('is told why: a full memory', async () => {
    server = await startRedis({ args: ['--maxmemory', '1'] });
    const { answers } = share(server.url, 'one');

    await until('it is refused', () => answers.length > 0);
    expect(answers[0]).toContain('Redis is full');
  });

  it('is told why: a replica', async () => {
    server = await startRedis({ args: ['--replicaof', '127.0.0.1', '1'] });
    const { answers } = share(server.url, 'one');

    await until('it is refused', () => answers.length > 0);
    expect(answers[0]).toBe('this Redis is a replica: it takes no writes');
  });

  it('is told when it is good again, and nothing of a Redis that is not there', async () => {
    const port = await findFreePort();
    const { answers } = share(`redis://127.0.0.1:${port}`, 'one');
    server = await startRedis({ port });

    await until('it is taken', () => answers.length > 0);
    expect(answers).toEqual(['']);
  });
});
