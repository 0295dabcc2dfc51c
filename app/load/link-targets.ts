/**
 * Watches the files that links lead to: a directory's events do not tell of an edit in place, or of a replacement, behind
 * a link. One watch a link; it is set anew whenever the file is read, because the link may lead elsewhere by then.
 */
import { lstatSync, watch, type FSWatcher } from 'node:fs';

export class LinkTargets {
  readonly #watches = new Map<string, FSWatcher>();

  constructor(readonly onChange: (link: string) => void) {}

  follow(file: string): void {
    this.forget(file);
    try {
      if (!lstatSync(file).isSymbolicLink()) return;
      const target = watch(file, () => this.onChange(file));
      target.on('error', () => this.forget(file));
      this.#watches.set(file, target);
    } catch {
      // Gone again, or no inotify watches left: the next event or the periodic rescan tells.
    }
  }

  forget(file: string): void {
    this.#watches.get(file)?.close();
    this.#watches.delete(file);
  }
}
