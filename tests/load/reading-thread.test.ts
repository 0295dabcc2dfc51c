/** When the reading thread dies, another one goes on where it stopped. */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ThreadedReader } from '../../app/load/threaded-reader';
import { MemoryIndex } from '../../app/store/memory-index';
import type { IndexedFile } from '../../app/store/repository-index';
import { createTemporaryDirectory } from '../support/temporary-directory';
import { until } from '../support/until';
import { readingThreadFile, redirectText, startLoading } from './loading';

describe('a loader', () => {
  it('closes while removals settle', async () => {
    const dataDir = createTemporaryDirectory();
    for (const name of ['a', 'b']) writeFileSync(join(dataDir, `${name}.json`), redirectText(name, ['one']));
    const loading = await startLoading(dataDir);
    rmSync(join(dataDir, 'a.json'));
    const refreshing = loading.loader.request('all');
    await loading.loader.close();
    await refreshing;
    expect(loading.serves('b', 'one')).toBe(true);
  });

  it.each([
    [1, 0],
    [1000, 0],
    [1000, 300],
    [1000, 999],
  ])('reads everything again, %i files, when an index has failed after %i', async (count, works) => {
    class FailingIndex extends MemoryIndex {
      puts = 0;

      override async put(file: IndexedFile): Promise<void> {
        if (this.puts++ === works) throw new Error('out of memory');
        await super.put(file);
      }
    }
    const dataDir = createTemporaryDirectory();
    const names = Array.from({ length: count }, (_, number) => `name-${number}`);
    for (const name of names) writeFileSync(join(dataDir, `${name}.json`), redirectText(name, ['one']));
    const loading = await startLoading(dataDir, { index: new FailingIndex() });
    expect(loading.loader.isLoaded).toBe(false);
    await until('all are served', () => loading.loader.isLoaded);
    expect(names.filter((name) => !loading.serves(name, 'one'))).toEqual([]);
    expect(loading.lines.filter(({ level }) => level === 'error')).toHaveLength(1);
  });
});

describe('the reading thread', () => {
  it('lets requests go first when everything has been read', async () => {
    await startLoading(createTemporaryDirectory());
    const nicenessOf = (thread: string): string | undefined => {
      const stat = readFileSync(`/proc/self/task/${thread}/stat`, 'utf8');
      return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16];
    };
    /** Of a thread that has ended since it was listed: nothing. */
    const nicenessIfThere = (thread: string): string | undefined => {
      try {
        return nicenessOf(thread);
      } catch {
        return undefined;
      }
    };
    expect(readdirSync('/proc/self/task').map(nicenessIfThere)).toContain('19');
    expect(nicenessOf(String(process.pid))).not.toBe('19');
  });

  it('fails: calls are refused with the cause, and the death is told once', async () => {
    const threadFile = join(createTemporaryDirectory(), 'failing-thread.js');
    writeFileSync(
      threadFile,
      `require('node:worker_threads').parentPort.on('message', () => { throw new Error('out of order'); });`,
    );
    const deaths: Error[] = [];
    const reader = new ThreadedReader({
      dataDir: '/nowhere',
      knownFiles: [],
      threadFile,
      onChange: () => undefined,
      onDeath: (cause) => deaths.push(cause),
    });
    await expect(reader.look('all', { rereadsAll: false })).rejects.toMatchObject({
      message: 'the reading thread failed',
      cause: { message: 'out of order' },
    });
    await until('the death is told', () => deaths.length > 0);
    expect(deaths).toHaveLength(1);
  });

  it('is replaced: nothing is lost, and what went meanwhile is noticed', async () => {
    const dataDir = createTemporaryDirectory();
    for (const name of ['a', 'b', 'c']) writeFileSync(join(dataDir, `${name}.json`), redirectText(name, ['one']));
    const trigger = join(createTemporaryDirectory(), 'die');
    const threadFile = join(createTemporaryDirectory(), 'mortal-thread.js');
    writeFileSync(
      threadFile,
      `const { existsSync, unlinkSync } = require('node:fs');
       require(${JSON.stringify(readingThreadFile)});
       const trigger = ${JSON.stringify(trigger)};
       setInterval(() => { if (existsSync(trigger)) { unlinkSync(trigger); process.exit(1); } }, 5);`,
    );
    const loading = await startLoading(dataDir, { threadFile });
    writeFileSync(trigger, '');
    await until('the death is told', () => loading.lines.some(({ level }) => level === 'error'));
    // Asked of a thread that is no more: it must not wait for an answer that never comes.
    await loading.loader.request('all');
    rmSync(join(dataDir, 'b.json'));
    writeFileSync(join(dataDir, 'c.json'), redirectText('c', ['two']));
    expect(loading.serves('a', 'one')).toBe(true);
    await until('the changes are served', () => loading.serves('c', 'two') && !loading.isKnown('b'));
    expect(loading.serves('a', 'one')).toBe(true);
  });

  it('is replaced ever later, while none of them reads anything', async () => {
    const dataDir = createTemporaryDirectory();
    writeFileSync(join(dataDir, 'a.json'), redirectText('a', ['one']));
    const fault = join(createTemporaryDirectory(), 'fault');
    const threadFile = join(createTemporaryDirectory(), 'ailing-thread.js');
    writeFileSync(
      threadFile,
      `const { existsSync } = require('node:fs');
       const fail = () => { if (existsSync(${JSON.stringify(fault)})) process.exit(1); };
       fail();
       require(${JSON.stringify(readingThreadFile)});
       setInterval(fail, 5);`,
    );
    const loading = await startLoading(dataDir, { threadFile });
    const waits = (): unknown[] => loading.lines.flatMap(({ fields }) => fields['inMs'] ?? []);
    writeFileSync(fault, '');
    await until('the second has died', () => waits().length === 2);
    rmSync(fault);
    writeFileSync(join(dataDir, 'a.json'), redirectText('a', ['two']));
    await until('the third has read', () => loading.serves('a', 'two'));
    writeFileSync(fault, '');
    await until('it has died, too', () => waits().length === 3);
    expect(waits()).toEqual([1000, 2000, 1000]);
    // Each death, and the look that it cut off: there are no more of those while no thread is there.
    expect(loading.lines.filter(({ level }) => level === 'error').length).toBeLessThanOrEqual(2 * waits().length);
  });
});
