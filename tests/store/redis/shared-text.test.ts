/** A text that processes have in common through a real Redis, which may be late, and may lose its memory. */
import { shareText, type SharedText } from '../../../app/store/redis/shared-text';
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

/** What a process has after it was told. */
function share(url: string, offer: string, prefix = 'test'): { text: string } {
  const process = { text: offer };
  const onChange = (text: string): void => void (process.text = text);
  opened.push(shareText(settingsOf(url), { prefix, name: 'key', offer, onChange }));
  return process;
}

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
  const other = share(server.url, 'two', 'other');
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
