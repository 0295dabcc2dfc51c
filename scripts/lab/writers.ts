/**
 * Changes redirect files the way producers other than Pulp do. Each function is one producer; given a symlink, the
 * in-place editor writes through it and the others put a plain file in its place. To replace the target and keep the
 * link, give them the target's path. Touches the disk.
 */
import { open, rename, utimes, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

export type EditStep = 'truncated' | 'half';

/** An editor or a shell redirection: truncates, then writes; same inode, and the directory does not change. */
export async function editInPlace(
  path: string,
  text: string,
  atStep: (step: EditStep) => void | Promise<void> = () => undefined,
): Promise<void> {
  const bytes = Buffer.from(text);
  const half = bytes.length >> 1;
  const file = await open(path, 'w');
  try {
    await atStep('truncated');
    await file.write(bytes.subarray(0, half));
    await atStep('half');
    await file.write(bytes.subarray(half));
  } finally {
    await file.close();
  }
}

/** A careful script: a temporary file in the same directory, then a rename. */
export async function renameOver(path: string, text: string): Promise<void> {
  const temporary = `${path}.tmp`;
  await writeFile(temporary, text);
  await rename(temporary, path);
}

/** `rsync -t`: a temporary file whose name starts with a dot, the time of the source, then a rename. */
export async function rsyncOver(
  path: string,
  text: string,
  modifiedAt = new Date('2001-09-09T01:46:40Z'),
): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.Xy12Zq`);
  await writeFile(temporary, text);
  await utimes(temporary, modifiedAt, modifiedAt);
  await rename(temporary, path);
}
