/**
 * `davit worker`: one of the processes that answer with [server] workers above 1. Started by ./serve-workers only, which
 * gives it its configuration, passes signals on and gathers its metrics.
 *
 * It listens when it has loaded everything, so one that takes the place of another never answers 503 beside workers that
 * know. Only if the data directory cannot be read, and no other worker has loaded it, does it listen without.
 */
import cluster from 'node:cluster';
import { setTimeout as delay } from 'node:timers/promises';
import type { ListeningServer } from '../http/server';
import type { Loader } from '../load/loader';
import type { ExitCode, Io } from './io';
import { explainListenError } from './listen-error';
import { openAccess } from './open-access';
import { createServeLogger, describeLoaded } from './log-start';
import { PrimaryLink } from './primary-link';
import { createService, GRACE_MS } from './service';
import { waitForStop } from './stop-signal';

const LOOK_EVERY_MS = 50;

export async function runWorker(io: Io): Promise<ExitCode> {
  if (!cluster.worker) {
    io.complain('davit: a worker is started by "davit serve --workers", never by itself');
    return 2;
  }
  const primary = new PrimaryLink(cluster.worker);
  // A terminal that closes tells every process; what a worker is to do, the primary says.
  process.on('SIGHUP', () => undefined);
  const stopped = Promise.race([primary.stopped, waitForStop()]);
  const stop = new AbortController();
  void stopped.then(() => stop.abort());

  const { number, config } = await primary.orders;
  const logger = createServeLogger(config, io, { worker: number });
  const opened = await openAccess(config, logger);
  if ('mistakes' in opened) {
    primary.send({ kind: 'cannot listen', reason: opened.mistakes.join('; ') });
    primary.close();
    return 1;
  }
  const { access } = opened;
  const service = createService({ config, access, logger, renderMetrics: () => primary.askTotals() });
  const { loader } = service;
  primary.duties = { reload: service.reload, measure: service.metrics.snapshot };

  await Promise.race([load(loader, primary, stop.signal), stopped]);
  let server: ListeningServer | undefined;
  try {
    if (!stop.signal.aborted) server = await service.listen();
  } catch (error) {
    primary.send({ kind: 'cannot listen', reason: explainListenError(error) });
  }
  if (server) {
    const { isLoaded, status } = loader;
    primary.send({ kind: 'listening', address: server.address, isLoaded, loaded: describeLoaded(status) });
    if (!isLoaded) void tellWhenLoaded(loader, primary, stop.signal);
    logger.info('stopping', { reason: await stopped });
  }
  await server?.stop(GRACE_MS);
  await service.close();
  primary.close();
  return server || stop.signal.aborted ? 0 : 1;
}

async function load(loader: Loader, primary: PrimaryLink, stop: AbortSignal): Promise<void> {
  await loader.start();
  while (!loader.isLoaded && !primary.mayListenUnloaded && !stop.aborted) {
    if (loader.status.directory.state !== 'ok') primary.send({ kind: 'nothing to load' });
    await delay(LOOK_EVERY_MS);
  }
}

async function tellWhenLoaded(loader: Loader, primary: PrimaryLink, stop: AbortSignal): Promise<void> {
  while (!loader.isLoaded && !stop.aborted) await delay(LOOK_EVERY_MS);
  if (loader.isLoaded) primary.send({ kind: 'loaded' });
}
