/** The rights that docs/operations.md gives to the two users of Redis are enough, for one server and for a cluster, and no more. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { MemoryIndex } from '../../../app/store/memory-index';
import { createKeys } from '../../../app/store/redis/keys';
import { openRedisIndex } from '../../../app/store/redis/open-index';
import { openMirror } from '../../../app/store/redis/open-mirror';
import { shareText } from '../../../app/store/redis/shared-text';
import { createDocument, imageId, parseRepository, type Version } from '../../redirects/documents';
import { projectRoot } from '../../support/project-root';
import { runRedisCli, startRedis } from '../../support/redis';
import { startRedisCluster } from '../../support/redis-cluster';
import { until } from '../../support/until';
import { PATIENT_MS } from './patient';
import { settingsOf } from './settings-of';

const places = [
  ['one server', (args: string[]) => startRedis({ args })],
  ['a cluster', (args: string[]) => startRedisCluster({ args })],
] as const;

const ignore = (): void => undefined;

const ended: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ended.splice(0).reverse()) await end();
});

let folder = '';
let aclFile = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'davit-redis-rights-'));
  aclFile = join(folder, 'users.acl');
  const document = await readFile(join(projectRoot(), 'docs/operations.md'), 'utf8');
  const rules = document.match(/^user davit-\w+ on .+$/gm) ?? [];
  if (rules.length !== 2) throw new Error('docs/operations.md does not have the rules of two users');
  // The default user is for the test's own questions.
  await writeFile(aclFile, ['user default on nopass ~* &* +@all', ...rules, ''].join('\n'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const put = (memory: MemoryIndex, version: Version, number: number): Promise<void> => {
  const images = version === 1 ? { images: [{ id: imageId(number) }], tags: {} } : {};
  const names = { repository: `r${number}`, 'repo-registry-id': `n/${number}` };
  const repository = parseRepository(createDocument(version, { ...names, ...images }));
  return memory.put({ file: `/${version}/${number}`, modifiedMs: 1000, repository });
};

describe.each(places)('the documented rights, in %s', (_title, start) => {
  it('are enough to write and to read', async () => {
    const place = await start(['--aclfile', aclFile]);
    ended.push(() => place.stop());
    const faults: string[] = [];
    const note = (error: Error | undefined): void => {
      if (error) faults.push(error.message);
    };
    const memory = new MemoryIndex((name) => mirror.note(name));
    const mirror = openMirror(settingsOf(place.url, { username: 'davit-writer', password: 'writer-password' }), {
      prefix: 'davit',
      source: memory,
      onStatus: ({ fault }) => note(fault),
    });
    ended.push(() => mirror.close());
    mirror.start();
    await mirror.settle();
    const reading = openRedisIndex(settingsOf(place.url, { username: 'davit-front', password: 'front-password' }), {
      prefix: 'davit',
      cacheEntries: 100,
      lookupTimeoutMs: PATIENT_MS,
      onChange: () => undefined,
      onFault: note,
    });
    ended.push(() => reading.close());
    await until('the reader sees a complete index', () => reading.status.state === 'ok');
    for (const number of [1, 2]) {
      await put(memory, 1, number);
      await put(memory, 4, number);
    }
    await mirror.settle();
    await memory.remove('/1/2');
    await memory.remove('/4/2');
    await mirror.settle();

    const { index } = reading;
    const found = await index.find('n/1', imageId(1));
    expect([found.registry?.publisherId, !!found.image]).toEqual(['r1', true]);
    expect((await index.findTags('n/1', { after: undefined, most: 10 })).registry).toBeDefined();
    expect((await index.findImages('n/1')).lists.ids).toEqual([imageId(1)]);
    const owners: string[] = [];
    for await (const { name } of index.findImage(imageId(1))) owners.push(name);
    expect(owners).toEqual(['n/1']);
    const { port } = 'masters' in place ? place.masters[0] : place;
    const ask = (command: string): Promise<string> =>
      runRedisCli(['-c', '-p', String(port), command, createKeys('davit').owners(imageId(1))]);
    await ask('DEL');
    await until('the writer has found that it is gone', async () => (await ask('EXISTS')) === '1');
    expect((await index.listRegistries(undefined, 10)).map(({ name }) => name)).toEqual(['n/1']);
    expect(faults).toEqual([]);
  });
});

it('a front may have its signing key in common with others', async () => {
  const server = await startRedis({ args: ['--aclfile', aclFile] });
  ended.push(() => server.stop());
  const settings = settingsOf(server.url, { username: 'davit-front', password: 'front-password' });
  const shared = shareText(settings, {
    prefix: 'davit',
    name: 'signing-key',
    offer: 'x',
    onChange: ignore,
    onAnswer: ignore,
  });
  ended.push(() => shared.close());
  const read = (): Promise<string> => server.run('GET', 'davit:1:{shared}:signing-key');
  await until('it is there', async () => (await read()) !== '');
  expect(await read()).toBe('x');
});

it('a front may change nothing, not even by a script', async () => {
  const server = await startRedis({ args: ['--aclfile', aclFile] });
  ended.push(() => server.stop());
  const client = new Redis({ port: server.port, username: 'davit-front', password: 'front-password' });
  ended.push(() => client.disconnect());
  const key = 'davit:1:{a7}:state';
  await expect(client.hset(key, 'token', '1')).rejects.toThrow(/^NOPERM/);
  await expect(client.eval("return redis.call('HSET', KEYS[1], 'token', '1')", 1, key)).rejects.toThrow(
    /can't run this command/,
  );
  await expect(client.set(key, '1')).rejects.toThrow(/^NOPERM/);
  await expect(client.hget('other', 'field')).rejects.toThrow(/^NOPERM/);
  expect(await server.run('EXISTS', key)).toBe('0');
});
