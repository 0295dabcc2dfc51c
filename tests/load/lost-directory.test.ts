/** When the data directory itself goes, everything stays in service until files come back or the operator says so. */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTemporaryDirectory } from '../support/temporary-directory';
import { until } from '../support/until';
import { type Loading, redirectText, startUrgently } from './loading';

const NAMES = Array.from({ length: 30 }, (_, number) => `repository-${number}`);

let dataDir: string;

function fill(directory: string, tag: string): void {
  mkdirSync(directory, { recursive: true });
  for (const name of NAMES) writeFileSync(join(directory, `${name}.json`), redirectText(name, [tag]));
}

const servesAll = (loading: Loading, tag: string): boolean => NAMES.every((name) => loading.serves(name, tag));

const reports = (loading: Loading, state: string): Promise<number> =>
  until(`the directory is ${state}`, () => loading.loader.status.directory.state === state);

beforeEach(() => {
  dataDir = join(createTemporaryDirectory(), 'data');
});

describe('the data directory', () => {
  it.each([
    ['disappears', 'missing', () => renameSync(dataDir, `${dataDir}-away`)],
    ['is emptied file by file', 'emptied', () => NAMES.forEach((name) => rmSync(join(dataDir, `${name}.json`)))],
    [
      'becomes an empty mount point',
      'emptied',
      () => {
        renameSync(dataDir, `${dataDir}-away`);
        mkdirSync(dataDir);
      },
    ],
    [
      'becomes something that is no directory',
      'missing',
      () => {
        renameSync(dataDir, `${dataDir}-away`);
        writeFileSync(dataDir, '');
      },
    ],
  ])('%s: all stays in service, is reported, and recovers', async (_title, state, lose) => {
    fill(dataDir, 'one');
    const loading = await startUrgently(dataDir);
    lose();
    await reports(loading, state);
    await loading.loader.request('all');
    expect(servesAll(loading, 'one')).toBe(true);
    expect(loading.loader.isLoaded).toBe(true);
    expect(loading.lines.map(({ message }) => message).join()).toContain('stays in service');

    rmSync(dataDir, { recursive: true, force: true });
    fill(dataDir, 'two');
    await until('the new content is served', () => servesAll(loading, 'two'));
    await reports(loading, 'ok');
    expect(loading.lines).toContainEqual(
      expect.objectContaining({ message: 'data directory is as it should be again' }),
    );
  });

  it('emptied, and the operator says so: nothing is served, and that is the truth', async () => {
    fill(dataDir, 'one');
    const loading = await startUrgently(dataDir);
    for (const name of NAMES) rmSync(join(dataDir, `${name}.json`));
    await reports(loading, 'emptied');
    await loading.loader.acceptDirectory();
    expect(NAMES.filter((name) => loading.isKnown(name))).toEqual([]);
    expect(loading.loader.status).toMatchObject({ isLoaded: true, fileCount: 0, directory: { state: 'ok' } });
  });

  it('missing, and the operator says so: nothing is known any more', async () => {
    fill(dataDir, 'one');
    const loading = await startUrgently(dataDir);
    rmSync(dataDir, { recursive: true });
    await loading.loader.acceptDirectory();
    expect(loading.loader.status).toMatchObject({ isLoaded: false, fileCount: 0, directory: { state: 'missing' } });
  });

  it('is not there at the start: one warning, not loaded, picked up when it appears', async () => {
    const loading = await startUrgently(dataDir);
    await loading.loader.request('all');
    expect(loading.loader.isLoaded).toBe(false);
    expect(loading.lines.filter(({ level }) => level === 'warn')).toHaveLength(1);
    fill(dataDir, 'one');
    await until('it is loaded', () => loading.loader.isLoaded && servesAll(loading, 'one'));
  });

  it('gets an empty v2/app beside its files: what is served stays in service', async () => {
    fill(dataDir, 'one');
    const loading = await startUrgently(dataDir);
    mkdirSync(join(dataDir, 'v2/app'), { recursive: true });
    await reports(loading, 'emptied');
    expect(servesAll(loading, 'one')).toBe(true);
  });

  it('is there and empty at the start: loaded, with nothing in it', async () => {
    mkdirSync(dataDir);
    const loading = await startUrgently(dataDir);
    expect(loading.loader.status).toMatchObject({ isLoaded: true, fileCount: 0, directory: { state: 'ok' } });
  });

  it('of Pulp loses v2/app alone: v2 stays in service, v1 goes on', async () => {
    fill(join(dataDir, 'v2/app'), 'one');
    mkdirSync(join(dataDir, 'v1/app'), { recursive: true });
    const v1 = (id: string): string =>
      JSON.stringify({
        version: 1,
        repository: 'old',
        'repo-registry-id': 'old',
        url: 'https://static.example.com/old/',
        images: [{ id }],
        tags: { latest: id },
      });
    writeFileSync(join(dataDir, 'v1/app/old.json'), v1('aaa'));
    const loading = await startUrgently(dataDir);
    renameSync(join(dataDir, 'v2/app'), join(dataDir, 'v2/away'));
    await reports(loading, 'emptied');
    writeFileSync(join(dataDir, 'v1/app/old.json'), v1('bbb'));
    await until('v1 is renewed', () => loading.index.find('old', 'latest').image?.value === 'bbb');
    expect(servesAll(loading, 'one')).toBe(true);
    renameSync(join(dataDir, 'v2/away'), join(dataDir, 'v2/app'));
    await reports(loading, 'ok');
    expect(servesAll(loading, 'one')).toBe(true);
  });
});
