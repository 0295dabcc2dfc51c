/**
 * Watches directories, each by itself, and passes on what the system tells of the names in them.
 *
 * chokidar sets the watches, and nothing else: at each event it would list the directory and look at every file in it, to find
 * out for itself what changed. Among 10,000 files that takes longer than to read a hundred of them. docs/decisions/0024.
 */
import { createRequire } from 'node:module';
import { basename } from 'node:path';
import type * as chokidarModule from 'chokidar';
import type { FSWatcher } from 'chokidar';

const loadModule = createRequire(__filename);

let EventsOnly: typeof FSWatcher | undefined;

/** Loaded when the first watch is set: at the start, files are read before. */
function createWatcher(): FSWatcher {
  EventsOnly ??= restrict((loadModule('chokidar') as typeof chokidarModule).FSWatcher);
  return new EventsOnly({ ignoreInitial: true });
}

const restrict = (Watcher: typeof FSWatcher): typeof FSWatcher =>
  class extends Watcher {
    /** chokidar asks here whether it may take stock of a directory. */
    override _throttle(...of: Parameters<FSWatcher['_throttle']>): ReturnType<FSWatcher['_throttle']> {
      return of[0] === 'readdir' ? false : super._throttle(...of);
    }
  };

export interface DirectoryEvents {
  /** `name`: in the directory; null: the system does not say which. */
  onEvent: (directory: string, name: string | null) => void;
  /** A directory is watched from now on: what happened in it before raised no event. */
  onWatched: () => void;
}

export class WatchedDirectories {
  readonly #watches = new Map<string, { identity: string; watcher: FSWatcher }>();

  constructor(readonly events: DirectoryEvents) {}

  /** Watches these directories and no others. `directories`: path → identity; one that another has replaced is watched anew. */
  cover(directories: ReadonlyMap<string, string>): void {
    for (const [directory, { identity }] of this.#watches) {
      if (directories.get(directory) !== identity) this.#end(directory);
    }
    for (const [directory, identity] of directories) {
      if (!this.#watches.has(directory)) this.#begin(directory, identity);
    }
  }

  #begin(directory: string, identity: string): void {
    let watcher: FSWatcher;
    try {
      watcher = createWatcher();
    } catch {
      // For instance no file can be opened any more, not even those of chokidar: the next look at everything tries again.
      return;
    }
    this.#watches.set(directory, { identity, watcher });
    watcher.on('raw', (event, name: string | null) => {
      // The directory itself was deleted, moved or unmounted: what comes to its place may even have its inode.
      if (event === 'rename' && name === basename(directory)) this.#end(directory);
      this.events.onEvent(directory, name);
    });
    watcher.on('ready', () => this.events.onWatched());
    // For instance no inotify watches left: the next look at everything tries again. Never `ready`, which would bring one at once.
    watcher.on('error', () => this.#end(directory));
    watcher.add(directory);
  }

  #end(directory: string): void {
    const watcher = this.#watches.get(directory)?.watcher;
    this.#watches.delete(directory);
    void watcher?.close();
    // Closing takes all listeners away, and a fault that comes later would end the thread.
    watcher?.on('error', () => undefined);
  }
}
