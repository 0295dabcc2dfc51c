/**
 * A log on a disk that can be full, and have room again. Where a small file system cannot be mounted, the log becomes a link to
 * the device that is always full, and a file again.
 */
import { rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Service } from '../support/service';
import { createVolume } from './volume';

/** What a test logs afterwards, a hundred kilobytes a second, does not fill it again. */
const SIZE_BYTES = 8 * 1024 * 1024;
const PAGE = Buffer.alloc(4096);

export interface SmallDisk {
  /** The path of the log. */
  log: string;
  /** Until nothing more can be written, by the program that logs either. */
  fill: (writer: Service) => void;
  /** The log has been cut, and there is room. */
  free: () => void;
  remove: () => Promise<void>;
}

export function createSmallDisk(): SmallDisk {
  const { path, isMounted, remove } = createVolume(String(SIZE_BYTES));
  const log = join(path, 'access.log');
  const filler = join(path, 'filler');
  if (isMounted) {
    const free = (): void => {
      rmSync(filler);
      truncateSync(log, 0);
    };
    return { log, fill: () => writeUntilFull(filler), free, remove };
  }
  const fill = (writer: Service): void => {
    rmSync(log);
    symlinkSync('/dev/full', log);
    writer.signal('SIGHUP');
  };
  return { log, fill, free: () => rmSync(log), remove };
}

function writeUntilFull(file: string): void {
  for (let pages = 0; pages <= SIZE_BYTES / PAGE.length; pages++) {
    try {
      writeFileSync(file, PAGE, { flag: 'a' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return;
      throw error;
    }
  }
  throw new Error(`${file} takes more than the disk has`);
}
