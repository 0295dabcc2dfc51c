/** Reads a data directory once, on this thread: for commands and tests that have nothing else to do meanwhile. */
import { builder } from '../redirects/build-reference-table';
import type { FileIndex } from '../store/repository-index';
import { DirectoryReader } from './directory-reader';
import type { LoadStatus } from './load-status';
import type { RedirectReader } from './refresh';
import { Refresher } from './refresh';

export async function loadOnce(dataDir: string, index: FileIndex): Promise<LoadStatus> {
  const refresher = new Refresher(createDirectReader(dataDir), index);
  await refresher.refresh({ scope: 'all', rereadsAll: false, acceptsLoss: false });
  return refresher.status;
}

/** A redirect reader without a thread of its own. Throws where nothing at all can be read, which is no fault of the files. */
export function createDirectReader(dataDir: string): RedirectReader {
  builder.prepare();
  const reader = new DirectoryReader(dataDir);
  return {
    look: (scope, { rereadsAll }) => {
      if (rereadsAll) reader.rereadAll();
      return Promise.resolve(reader.look(scope));
    },
    read: (files) => Promise.resolve(files.map((file) => reader.read(file))),
    forget: (files) => {
      reader.forget(files);
      return Promise.resolve();
    },
  };
}
