/** A directory that was lost and is filled again one file at a time, by a clock of the test's: what is not back yet is kept. */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createDirectReader } from '../../app/load/load-once';
import { Refresher } from '../../app/load/refresh';
import { MemoryIndex } from '../../app/store/memory-index';
import { createTemporaryDirectory } from '../support/temporary-directory';
import { redirectText } from './loading';

const NAMES = ['a', 'b', 'c', 'd'];

let dataDir: string;
let clock: { nowMs: number };
let refresher: Refresher;
let index: MemoryIndex;

beforeEach(async () => {
  dataDir = join(createTemporaryDirectory(), 'data');
  clock = { nowMs: 0 };
  index = new MemoryIndex();
  refresher = new Refresher(createDirectReader(dataDir), index, () => clock.nowMs);
  mkdirSync(dataDir);
  NAMES.forEach(write);
  await look();
});

function write(name: string): void {
  writeFileSync(join(dataDir, `${name}.json`), redirectText(name, ['latest']));
}

const look = (acceptsLoss = false): Promise<unknown> =>
  refresher.refresh({ scope: 'all', rereadsAll: acceptsLoss, acceptsLoss });

const served = (): string =>
  [...NAMES, 'new'].filter((name) => index.find(name, 'latest').registry !== undefined).join('');

const state = (): string => refresher.status.directory.state;

const waysToLose: [string, () => void][] = [
  ['emptied', () => NAMES.forEach((name) => rmSync(join(dataDir, `${name}.json`)))],
  ['missing', () => renameSync(dataDir, `${dataDir}-away`)],
];

describe.each(waysToLose)('%s', (lostState, lose) => {
  /** The state after an hour. */
  let lostFor: string;
  beforeEach(async () => {
    lose();
    await look();
    clock.nowMs += 3_600_000;
    await look();
    lostFor = state();
    mkdirSync(dataDir, { recursive: true });
  });

  it('keeps everything for an hour', () => {
    expect({ served: served(), state: lostFor }).toEqual({ served: 'abcd', state: lostState });
  });

  it('keeps what is not back yet, until everything is', async () => {
    for (const [position, name] of NAMES.entries()) {
      write(name);
      await look();
      clock.nowMs += 59_999;
      await look();
      expect({ served: served(), state: state() }).toEqual({
        served: 'abcd',
        state: position < NAMES.length - 1 ? 'emptied' : 'ok',
      });
    }
  });

  it('takes for unpublished what has not come back a minute after the last one that has', async () => {
    write('a');
    await look();
    expect(refresher.status.directory.reason).toBe('redirect files that have not come back yet: 3');
    clock.nowMs += 59_999;
    await look();
    expect(served()).toBe('abcd');
    clock.nowMs += 1;
    await look();
    expect({ served: served(), state: state() }).toEqual({ served: 'a', state: 'ok' });
  });

  it('keeps everything when what comes is something else, for a minute', async () => {
    write('new');
    await look();
    expect({ served: served(), state: state() }).toEqual({ served: 'abcdnew', state: 'emptied' });
    clock.nowMs += 60_000;
    await look();
    expect({ served: served(), state: state() }).toEqual({ served: 'new', state: 'ok' });
  });

  it('lets a file that came back be unpublished', async () => {
    write('a');
    write('b');
    await look();
    rmSync(join(dataDir, 'b.json'));
    await look();
    expect({ served: served(), state: state() }).toEqual({ served: 'acd', state: 'emptied' });
  });

  it('obeys the operator at once', async () => {
    write('a');
    await look();
    await look(true);
    expect({ served: served(), state: state() }).toEqual({ served: 'a', state: 'ok' });
  });
});
