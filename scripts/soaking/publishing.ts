/**
 * Publishes at a constant pace while the load runs: new editions of repository after repository; and every fifth time a
 * repository comes, or the one that came before goes.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Lasting, Site } from './site';

export interface Publishing {
  /** Rejects if something cannot be published, and never resolves. */
  failure: Promise<never>;
  /** Resolves when the publication that is under way is complete. */
  stop: () => Promise<void>;
}

const PASSING_EVERY = 5;

export function startPublishing(site: Site, perMinute: number): Publishing {
  // Version 2 lists nothing, so nothing of a new edition could be seen.
  const changing = site.lasting.filter(({ kind }) => kind !== 'flat');
  const stopped = new AbortController();

  const publishAll = async (): Promise<void> => {
    if (perMinute === 0) return;
    const startedAt = performance.now();
    for (let turn = 0; !stopped.signal.aborted; turn++) {
      await publishOne(site, changing, turn);
      const nextAt = startedAt + ((turn + 1) * 60_000) / perMinute;
      await delay(Math.max(0, nextAt - performance.now()), undefined, { signal: stopped.signal }).catch(
        () => undefined,
      );
    }
  };
  const done = publishAll();
  const failure = done.then(() => new Promise<never>(() => undefined));
  // Whoever waits is told; until somebody does, it must not end the process.
  failure.catch(() => undefined);
  return {
    failure,
    stop: () => {
      stopped.abort();
      return done;
    },
  };
}

function publishOne(site: Site, changing: Lasting[], turn: number): Promise<void> {
  const isPassing = turn % PASSING_EVERY === PASSING_EVERY - 1;
  if (isPassing) {
    return Math.floor(turn / PASSING_EVERY) % 2 === 0 ? site.publishPassing() : site.unpublishPassing();
  }
  const repository = changing[turn % changing.length];
  if (!repository) throw new Error('there is no repository to publish');
  return site.republish(repository);
}
