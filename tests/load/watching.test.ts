/** Publications as a watcher sees them: Pulp's swap, its bug #3357, editors, and what takes files away. How soon: ./visible.test. */
import {
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { createSchema2Image } from '../../scripts/lab/image';
import { Publisher, type Publication, type Step } from '../../scripts/lab/publisher';
import { createV1Images, type V1Image } from '../../scripts/lab/v1-image';
import { editInPlace, renameOver, rsyncOver } from '../../scripts/lab/writers';
import { createTemporaryDirectory } from '../support/temporary-directory';
import { until } from '../support/until';
import { type Loading, redirectText, startUrgently } from './loading';

const image = createSchema2Image();

const tagged = (...tags: string[]): Publication => ({
  id: 'hello',
  name: 'demo/hello',
  version: 5,
  manifests: [{ manifest: image, tags }],
});

const expectVisible = (what: string, isVisible: () => boolean): Promise<number> => until(what, isVisible);

describe('Pulp publishes', () => {
  let publisher: Publisher;
  let loading: Loading;

  beforeEach(async () => {
    publisher = new Publisher(createTemporaryDirectory());
    await publisher.publish(tagged('one'));
    await publisher.publish({ ...tagged('one'), id: 'other', name: 'demo/other' });
    loading = await startUrgently(publisher.published);
    await expectVisible('the first version is served', () => loading.serves('demo/hello', 'one'));
  });

  const expectServed = async (tag: string): Promise<void> => {
    await expectVisible(`${tag} is served`, () => loading.serves('demo/hello', tag));
  };

  it('a new version by swapping links', async () => {
    await publisher.publish(tagged('two'));
    await expectServed('two');
    expect(loading.serves('demo/hello', 'one')).toBe(false);
  });

  it('again and again', async () => {
    for (let version = 0; version < 10; version++) {
      await publisher.publish(tagged(`version-${version}`));
      await expectServed(`version-${version}`);
    }
  });

  it('in the order of bug #3357, and the last good version stays until the new one is complete', async () => {
    const seen: Partial<Record<Step, boolean>> = {};
    await publisher.publish(tagged('two'), {
      order: 'racy',
      atStep: async (step) => {
        await loading.loader.request('all');
        seen[step] = loading.serves('demo/hello', 'one') && !loading.serves('demo/hello', 'two');
      },
    });
    expect(seen).toMatchObject({ 'racy-before-write': true, 'racy-open': true, 'racy-half': true });
    await expectServed('two');
    await publisher.publish(tagged('three'), { order: 'racy' });
    await expectServed('three');
  });

  it('in the order of bug #3357, and edits the file in place afterwards', async () => {
    await publisher.publish(tagged('two'), { order: 'racy' });
    await expectServed('two');
    await editInPlace(publisher.redirectFile('v2', 'hello'), redirectText('demo/hello', ['edited']));
    await expectServed('edited');
  });

  it('for the first time, and for the first time v1', async () => {
    await publisher.publish({ ...tagged('one'), id: 'new', name: 'demo/new' });
    await expectVisible('demo/new is known', () => loading.isKnown('demo/new'));
    const top = createV1Images()[0] as V1Image;
    await publisher.publish({ ...tagged('one'), v1: { images: [top], tags: { old: top.id } } });
    await expectVisible('v1 is known', () => loading.index.find('demo/hello', 'old').image?.value === top.id);
  });

  it('nothing any more: the repository goes, the others stay', async () => {
    await publisher.unpublish('hello', {
      atStep: async () => {
        await loading.loader.request('all');
        expect(loading.serves('demo/hello', 'one')).toBe(true);
      },
    });
    await expectVisible('demo/hello is gone', () => !loading.isKnown('demo/hello'));
    expect(loading.isKnown('demo/other')).toBe(true);
  });

  it('and is killed on the way: the last good version stays', async () => {
    for (const step of ['before-web', 'before-app', 'before-app-rename', 'racy-before-write', 'racy-half'] as const) {
      const killed = publisher.publish(tagged('never'), {
        order: step.startsWith('racy') ? 'racy' : 'modern',
        atStep: (at) => {
          if (at === step) throw new Error('killed');
        },
      });
      await expect(killed).rejects.toThrow('killed');
      await loading.loader.request('all');
      expect(loading.serves('demo/hello', 'one')).toBe(true);
      expect(loading.serves('demo/hello', 'never')).toBe(false);
    }
  });
});

describe.each([
  ['other writers', ''],
  ['other writers, when data_dir ends in a slash,', '/'],
])('%s', (_title, suffix) => {
  let dataDir: string;
  let loading: Loading;
  const file = (name: string): string => join(dataDir, `${name}.json`);

  beforeEach(async () => {
    dataDir = join(createTemporaryDirectory(), 'data');
    mkdirSync(dataDir);
    writeFileSync(file('a'), redirectText('a', ['one']));
    writeFileSync(file('b'), redirectText('b', ['one']));
    loading = await startUrgently(`${dataDir}${suffix}`);
  });

  it.each([
    ['edit in place', editInPlace],
    ['rename over', renameOver],
    ['rsync with an old time', rsyncOver],
  ])('%s', async (_title, write) => {
    await write(file('a'), redirectText('a', ['two']));
    await expectVisible('two is served', () => loading.serves('a', 'two'));
  });

  it('replace the target of a link', async () => {
    const target = join(createTemporaryDirectory(), 'c.json');
    writeFileSync(target, redirectText('c', ['one']));
    symlinkSync(target, file('c'));
    await expectVisible('c is known', () => loading.isKnown('c'));
    await renameOver(target, redirectText('c', ['two']));
    await expectVisible('two is served', () => loading.serves('c', 'two'));
  });

  it('half a file: the last good version stays and the problem names the file', async () => {
    await editInPlace(file('a'), redirectText('a', ['two']), async () => {
      await loading.loader.request('all');
      expect(loading.serves('a', 'one')).toBe(true);
      expect(loading.loader.status.problems).toMatchObject([{ file: file('a'), severity: 'error' }]);
    });
    await expectVisible('two is served', () => loading.serves('a', 'two'));
    expect(loading.loader.status.problems).toEqual([]);
  });

  it('a bad file: the others are served, the mistake is logged once', async () => {
    writeFileSync(file('a'), '{"version": 9}');
    writeFileSync(file('b'), redirectText('b', ['two']));
    await expectVisible('two is served', () => loading.serves('b', 'two'));
    await loading.loader.request('all');
    await loading.loader.request('all');
    expect(loading.serves('a', 'one')).toBe(true);
    const told = loading.lines.filter(
      ({ message, fields }) => message === 'problem' && String(fields['problem']).includes('/version'),
    );
    expect(told).toHaveLength(1);
  });

  it('clocks that are behind or ahead change nothing', async () => {
    for (const year of ['1971', '2099']) {
      writeFileSync(file('a'), redirectText('a', [`tag-${year}`]));
      utimesSync(file('a'), new Date(`${year}-01-01`), new Date(`${year}-01-01`));
      utimesSync(dataDir, new Date(`${year}-01-01`), new Date(`${year}-01-01`));
      await expectVisible(`${year} is served`, () => loading.serves('a', `tag-${year}`));
    }
  });

  it('a file that comes to describe another repository', async () => {
    writeFileSync(file('a'), redirectText('renamed', ['one']));
    await expectVisible('renamed is known', () => loading.isKnown('renamed'));
    expect(loading.isKnown('a')).toBe(false);
  });

  it('a file that is renamed keeps its repository in service throughout', async () => {
    renameSync(file('a'), file('moved'));
    await loading.loader.request('all');
    expect(loading.serves('a', 'one')).toBe(true);
    await expectVisible('one file is left', () => loading.loader.status.fileCount === 2);
    expect(loading.serves('a', 'one')).toBe(true);
  });

  it('two files with one name: one wins, the other is a problem and takes over when the first goes', async () => {
    writeFileSync(file('c'), redirectText('a', ['newer']));
    await expectVisible('c wins', () => loading.serves('a', 'newer'));
    await loading.loader.request('all');
    expect(loading.loader.status.problems).toMatchObject([{ file: file('a'), pointer: '/repo-registry-id' }]);
    unlinkSync(file('c'));
    await expectVisible('a is back', () => loading.serves('a', 'one'));
    expect(loading.loader.status.problems).toEqual([]);
  });

  it('deletion of one file among others', async () => {
    unlinkSync(file('a'));
    await expectVisible('a is gone', () => !loading.isKnown('a'));
    expect(loading.isKnown('b')).toBe(true);
  });

  it('directories that come, with files in them, and go', async () => {
    mkdirSync(join(dataDir, 'sub/dir'), { recursive: true });
    writeFileSync(join(dataDir, 'sub/dir/deep.json'), redirectText('deep', ['one']));
    await expectVisible('deep is known', () => loading.isKnown('deep'));
    rmSync(join(dataDir, 'sub'), { recursive: true });
    await expectVisible('deep is gone', () => !loading.isKnown('deep'));
    expect(loading.isKnown('a')).toBe(true);
  });

  it.each([
    ['a directory', mkdirSync],
    ['a link to a directory', (path: string): void => symlinkSync(createTemporaryDirectory(), path)],
  ])('%s that has the name of a redirect file comes, with files in it, and goes', async (_what, create) => {
    // Then the looks at everything with which watching begins are over.
    for (const tag of ['two', 'three', 'four']) {
      writeFileSync(file('a'), redirectText('a', [tag]));
      await expectVisible(`${tag} is served`, () => loading.serves('a', tag));
    }
    create(join(dataDir, 'v.json'));
    writeFileSync(join(dataDir, 'v.json/deep.json'), redirectText('deep', ['one']));
    await expectVisible('deep is known', () => loading.isKnown('deep'));
    await until('the directory is watched', async () => {
      writeFileSync(join(dataDir, 'v.json/deep.json'), redirectText('deep', ['two']));
      return Promise.resolve(loading.serves('deep', 'two'));
    });
    renameSync(join(dataDir, 'v.json'), join(createTemporaryDirectory(), 'v.json'));
    await expectVisible('deep is gone', () => !loading.isKnown('deep'));
    expect(loading.isKnown('a')).toBe(true);
  });

  it('a directory that another one replaces, and what is written in that one', async () => {
    const write = (directory: string, tag: string): void => {
      mkdirSync(join(dataDir, '..', directory), { recursive: true });
      writeFileSync(join(dataDir, '..', directory, 'deep.json'), redirectText('deep', [tag]));
    };
    write('sub-1', 'one');
    write('sub-2', 'two');
    renameSync(join(dataDir, '../sub-1'), join(dataDir, 'sub'));
    await expectVisible('one is served', () => loading.serves('deep', 'one'));
    renameSync(join(dataDir, 'sub'), join(dataDir, '../sub-1'));
    renameSync(join(dataDir, '../sub-2'), join(dataDir, 'sub'));
    await expectVisible('two is served', () => loading.serves('deep', 'two'));
    await until('the new directory is watched', async () => {
      writeFileSync(join(dataDir, 'sub/deep.json'), redirectText('deep', ['three']));
      return Promise.resolve(loading.serves('deep', 'three'));
    });
    unlinkSync(join(dataDir, 'sub/deep.json'));
    await expectVisible('deep is gone', () => !loading.isKnown('deep'));
  });

  it('a link to a directory that is turned to another one', async () => {
    const versions = createTemporaryDirectory();
    for (const version of ['1', '2']) {
      mkdirSync(join(versions, version));
      writeFileSync(join(versions, version, 'deep.json'), redirectText('deep', [`tag-${version}`]));
    }
    symlinkSync(join(versions, '1'), join(dataDir, 'current'));
    await expectVisible('1 is served', () => loading.serves('deep', 'tag-1'));
    symlinkSync(join(versions, '2'), join(dataDir, 'next'));
    renameSync(join(dataDir, 'next'), join(dataDir, 'current'));
    await expectVisible('2 is served', () => loading.serves('deep', 'tag-2'));
    await until('the new directory is watched', async () => {
      writeFileSync(join(versions, '2/more.json'), redirectText('more', ['one']));
      return Promise.resolve(loading.isKnown('more'));
    });
  });

  it('reads only what changed', async () => {
    await renameOver(file('a'), redirectText('a', ['two']));
    await expectVisible('two is served', () => loading.serves('a', 'two'));
    await loading.loader.request('all');
    // A look that found nothing is not told.
    const told = loading.lines.filter(({ message }) => message === 'refreshed').map(({ fields }) => fields);
    expect(told).toMatchObject([
      { changed: 2, removed: 0 },
      { changed: 1, removed: 0 },
    ]);
    expect(loading.loader.status.lastRefresh).toMatchObject({ changed: 0, removed: 0 });
  });

  it('what no event tells is found by the periodic rescan', async () => {
    const target = join(createTemporaryDirectory(), 'far.json');
    symlinkSync(target, file('far'));
    const rescanning = await startUrgently(dataDir, { rescanIntervalMs: 100 });
    writeFileSync(target, redirectText('far', ['one']));
    await expectVisible('far is known', () => rescanning.isKnown('far'));
    expect(readFileSync(target, 'utf8')).toContain('far');
  });
});
