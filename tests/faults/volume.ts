/**
 * A small file system of its own, mounted where a test wants it. Where mounting is not allowed, a directory takes its place
 * that is moved away and leaves an empty one behind: for a program that looks at the path this is the same.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, renameSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { createTemporaryDirectory } from '../support/temporary-directory';
import { until } from '../support/until';

const SIZE = '4m';

export interface Volume {
  path: string;
  /** It is a file system of its own, which can be full. */
  isMounted: boolean;
  /** What remains at the path is empty. */
  detach: () => Promise<void>;
  /** Everything is there again. */
  attach: () => void;
  /** To be called before the test ends; all is lost. */
  remove: () => Promise<void>;
}

export function createVolume(size = SIZE): Volume {
  const folder = createTemporaryDirectory();
  const path = join(folder, 'mounted');
  const store = join(folder, 'store');
  for (const directory of [path, store]) mkdirSync(directory);
  const isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'davit-test', store]).status === 0;
  return isMounted ? createMount(path, store) : createMoved(path, store);
}

function createMount(path: string, store: string): Volume {
  let isAttached = false;
  const attach = (): void => {
    execFileSync('mount', ['--bind', store, path]);
    isAttached = true;
  };
  const detach = async (): Promise<void> => {
    await unmount(path);
    isAttached = false;
  };
  const remove = async (): Promise<void> => {
    if (isAttached) await detach();
    await unmount(store);
  };
  attach();
  return { path, isMounted: true, attach, detach, remove };
}

/** Busy for as long as a file of it is being read. */
async function unmount(path: string): Promise<void> {
  await until(`${path} is unmounted`, () => spawnSync('umount', [path]).status === 0);
}

function createMoved(path: string, store: string): Volume {
  rmdirSync(store);
  return {
    path,
    isMounted: false,
    attach: () => {
      rmdirSync(path);
      renameSync(store, path);
    },
    detach: () => {
      renameSync(path, store);
      mkdirSync(path);
      return Promise.resolve();
    },
    remove: () => Promise.resolve(),
  };
}
