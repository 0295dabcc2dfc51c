/** What counts as a redirect file of a data directory, and what is left alone. */
import { execFileSync } from 'node:child_process';
import fs, { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { listDirectory } from '../../app/load/list-directory';
import { createTemporaryDirectory } from '../support/temporary-directory';

let dataDir: string;

beforeEach(() => {
  dataDir = createTemporaryDirectory();
});

const write = (path: string, text = '{}'): void => {
  mkdirSync(join(dataDir, path, '..'), { recursive: true });
  writeFileSync(join(dataDir, path), text);
};

function list(): string[] {
  const listing = listDirectory(dataDir);
  if (listing.kind === 'lost') throw new Error(listing.reason);
  return [...listing.files.keys()].map((file) => relative(dataDir, file));
}

describe('listing a data directory', () => {
  it('finds redirect files at any depth, in byte order', () => {
    for (const path of ['b.json', 'a.json', 'sub/dir/deep.json', 'Z.json']) write(path);
    expect(list()).toEqual(['Z.json', 'a.json', 'b.json', 'sub/dir/deep.json']);
  });

  it('leaves alone what is no redirect file by its name', () => {
    for (const path of ['.hidden.json', 'a.json.tmp', 'a'.repeat(64), 'README', 'x.JSON']) write(path);
    expect(list()).toEqual([]);
  });

  it('skips FIFOs, directories called .json and loops of links', () => {
    execFileSync('mkfifo', [join(dataDir, 'fifo.json')]);
    mkdirSync(join(dataDir, 'directory.json'));
    symlinkSync('loop.json', join(dataDir, 'loop.json'));
    symlinkSync('..', join(dataDir, 'directory.json/up'));
    write('a.json');
    expect(list()).toEqual(['a.json']);
  });

  it('lists a dangling link: its target may come', () => {
    symlinkSync(join(dataDir, 'nowhere'), join(dataDir, 'a.json'));
    expect(list()).toEqual(['a.json']);
  });

  it('reads the same target once, under its first path', () => {
    write('master/hello/1/hello.json');
    mkdirSync(join(dataDir, 'app'));
    symlinkSync(join(dataDir, 'master/hello/1/hello.json'), join(dataDir, 'app/hello.json'));
    mkdirSync(join(dataDir, 'web'));
    symlinkSync(join(dataDir, 'master/hello/1'), join(dataDir, 'web/hello'));
    expect(list()).toEqual(['app/hello.json']);
  });

  it('walks only v1/app and v2/app where they are', () => {
    for (const path of ['v1/app/a.json', 'v2/app/sub/b.json', 'v2/master/b/1/b.json', 'v2/web/x.json', 'c.json'])
      write(path);
    expect(list()).toEqual(['v1/app/a.json', 'v2/app/sub/b.json']);
  });

  it('walks one of the two where the other is missing', () => {
    for (const path of ['v2/app/b.json', 'v2/web/x.json']) write(path);
    expect(list()).toEqual(['v2/app/b.json']);
  });

  it('tells a missing directory from an empty one', () => {
    expect(list()).toEqual([]);
    rmSync(dataDir, { recursive: true });
    expect(listDirectory(dataDir)).toMatchObject({ kind: 'lost', state: 'missing' });
  });

  it('tells a file in place of the directory', () => {
    rmSync(dataDir, { recursive: true });
    writeFileSync(dataDir, '');
    expect(listDirectory(dataDir)).toMatchObject({ kind: 'lost', state: 'missing' });
  });

  it('tells a directory below that cannot be read', () => {
    write('sub/a.json');
    write('b.json');
    // Root, which tests often run as, reads everything: this fault cannot be made for real.
    const { readdirSync } = jest.requireActual<typeof fs>('node:fs');
    const broken = jest.spyOn(fs, 'readdirSync').mockImplementation(((path: string) => {
      if (path.endsWith('/sub')) throw new Error('EIO: i/o error');
      return readdirSync(path);
    }) as typeof readdirSync);
    const listing = listDirectory(dataDir);
    broken.mockRestore();
    expect(listing).toMatchObject({
      kind: 'listed',
      unreadable: [{ directory: join(dataDir, 'sub'), reason: 'EIO: i/o error' }],
    });
  });
});
