/**
 * `davit worker`: one of the processes that answer with [server] workers above 1. Started by ./serve-workers only, which
 * gives it its configuration, passes signals on and gathers its metrics.
 *
 * It listens when it has looked at everything and the primary says that no other worker knows more: one that takes the place
 * of another never answers 503, or 404, beside workers that have the last known good of a directory that was lost.
 */
import cluster from 'node:cluster';
import { setTimeout as delay } from 'node:timers/promises';
import type { ListeningServer } from '../http/server';
import type { ExitCode, Io } from './io';
import { explainListenError } from './listen-error';
import { openAccess } from './open-access';
import { createIndexSource } from './create-index-source';
import type { IndexSource } from './index-source';
import { createServeLogger } from './log-start';
import { PrimaryLink } from './primary-link';
import { readRedisSettings } from './redis-settings';
import { GRACE_MS, waitForStop } from './stop-signal';

const ASK_EVERY_MS = 50;

export async function runWorker(io: Io): Promise<ExitCode> {
  if (!cluster.worker) {
    io.complain('davit: a worker is started by "davit serve --workers", never by itself');
    return 2;
  }
  io.beginServing();
  const primary = new PrimaryLink(cluster.worker);
  // A terminal that closes tells every process; what a worker is to do, the primary says.
  process.on('SIGHUP', () => undefined);
  const stopped = Promise.race([primary.stopped, waitForStop()]);
  const stop = new AbortController();
  void stopped.then(() => stop.abort());

  const { number, config } = await primary.orders;
  const logger = createServeLogger(config, io, { fields: { worker: number } });
  const found = readRedisSettings(config.redis);
  const opened = await openAccess(config, 'settings' in found ? found.settings : undefined, logger);
  if ('mistakes' in opened || 'mistakes' in found) {
    const mistakes = [opened, found].flatMap((one) => ('mistakes' in one ? one.mistakes : []));
    primary.send({ kind: 'cannot listen', reason: mistakes.join('; ') });
    primary.close();
    return 1;
  }
  const { access } = opened;
  const source = await createIndexSource(config, found.settings, logger, {
    onRefreshed: () => primary.send({ kind: 'knows', knowledge: source.knowledge }),
  });
  const started = source.start();
  // The reading thread is at work meanwhile: what answers requests takes a while to load.
  const { createService } = await import('./service.js');
  const service = createService({ config, source, access, logger, renderMetrics: () => primary.askTotals() });
  primary.begin({ reload: service.reload, measure: service.metrics.snapshot });

  await Promise.race([started.then(() => awaitPermission(source, primary, stopped)), stopped]);
  let server: ListeningServer | undefined;
  try {
    if (!stop.signal.aborted) server = await service.listen();
  } catch (error) {
    primary.send({ kind: 'cannot listen', reason: explainListenError(error) });
  }
  if (server) {
    primary.send({ kind: 'listening', address: server.address, loaded: source.describe() });
    logger.info('stopping', { reason: await stopped });
  }
  await server?.stop(GRACE_MS);
  await service.close();
  primary.close();
  return server || stop.signal.aborted ? 0 : 1;
}

/** Asks again and again: the directory may come back, and the others may end. */
async function awaitPermission(source: IndexSource, primary: PrimaryLink, stopped: Promise<unknown>): Promise<void> {
  const decided = Promise.race([primary.mayListen, stopped]).then(() => true);
  let isDecided = false;
  while (!isDecided) {
    // Neither loaded nor lost: the first look failed, and another one is under way.
    if (source.knowledge.isLoaded || source.isHindered) primary.send({ kind: 'asks to listen' });
    isDecided = await Promise.race([decided, delay(ASK_EVERY_MS, false)]);
  }
}
