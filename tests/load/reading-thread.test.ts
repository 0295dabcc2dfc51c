/** When the reading thread dies, another one goes on where it stopped. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ThreadedReader } from '../../app/load/threaded-reader';
import { createTemporaryDirectory } from '../support/temporary-directory';
import { until } from '../support/until';
import { readingThreadFile, redirectText, startLoading } from './loading';

describe('the reading thread', () => {
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
    rmSync(join(dataDir, 'b.json'));
    writeFileSync(join(dataDir, 'c.json'), redirectText('c', ['two']));
    expect(loading.serves('a', 'one')).toBe(true);
    await until('the changes are served', () => loading.serves('c', 'two') && !loading.isKnown('b'));
    expect(loading.serves('a', 'one')).toBe(true);
  });
});
