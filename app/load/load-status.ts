/** How the data directory and the files in it are doing, as the operator sees it. Pure data. */
import type { Problem } from '../redirects/problem';

export interface LoadStatus {
  /** The whole directory has been read at least once: what is not known does not exist. */
  isLoaded: boolean;
  /** Anything but ok: everything that was in service stays in service. */
  directory: {
    state: 'ok' | 'missing' | 'unreadable' | 'emptied';
    reason: string;
    /** When the state was first seen. */
    since: Date;
  };
  /** Redirect files in service. */
  fileCount: number;
  problems: Problem[];
  lastRefresh: { at: Date; durationMs: number; changed: number; removed: number } | undefined;
}
