/**
 * `davit serve`: listens, keeps the index current and answers, until SIGTERM or SIGINT. SIGHUP reads every redirect file
 * and the certificate again, takes what is there for the truth, and opens the access log anew. With [server] workers above
 * 1, other processes do that: ./serve-workers.
 */
import { loadKeyPair } from '../http/key-pair';
import type { ListeningServer } from '../http/server';
import type { ExitCode, Io } from './io';
import { LateCall } from './late-call';
import { explainListenError } from './listen-error';
import { openAccess } from './open-access';
import { createIndexSource } from './create-index-source';
import { createServeLogger, logStart } from './log-start';
import type { ConfigFlags } from './read-config';
import { readConfig, tellMistakes } from './read-config';
import { readRedisSettings } from './redis-settings';
import { GRACE_MS, waitForStop } from './stop-signal';

export async function serve(flags: ConfigFlags, io: Io): Promise<ExitCode> {
  const found = readConfig(flags, io);
  if (!found) return 2;
  const { config, warnings } = found;
  io.beginServing();
  const keyPair = config.server.tls && loadKeyPair(config.server.tls);
  if (keyPair && 'mistakes' in keyPair) {
    tellMistakes(keyPair.mistakes, io);
    return 2;
  }
  const logger = createServeLogger(config, io);
  for (const warning of warnings) logger.warn('configuration', { warning });
  const foundRedis = readRedisSettings(config.redis);
  if ('mistakes' in foundRedis) {
    tellMistakes(foundRedis.mistakes, io);
    return 2;
  }
  const opened = await openAccess(config, foundRedis.settings, logger);
  if ('mistakes' in opened) {
    tellMistakes(opened.mistakes, io);
    return 2;
  }
  const { access } = opened;
  if (config.server.workers > 1) {
    // Each worker opens it for itself; this was to see that it can be.
    await access?.close();
    const { serveWorkers } = await import('./serve-workers.js');
    return serveWorkers(config, io, logger);
  }

  const source = await createIndexSource(config, foundRedis.settings, logger);
  // Before anything takes time: until there is a handler, a signal ends the process as it stands.
  const stopped = waitForStop();
  const reload = new LateCall();
  process.on('SIGHUP', () => reload.call());
  // Files are read while what answers requests is loaded. Who offers them to others in Redis must be able to listen first.
  let started = foundRedis.settings ? undefined : source.start();
  const { createService } = await import('./service.js');
  const service = createService({ config, source, access, logger });
  reload.answerBy(service.reload);
  let server: ListeningServer;
  try {
    server = await service.listen();
  } catch (error) {
    const { host, port } = config.server;
    io.complain(`davit: cannot listen on ${host}:${port}: ${explainListenError(error)}`);
    await service.close();
    return 1;
  }
  logger.info('listening', { address: server.address });
  let isStopping = false;
  started ??= source.start();
  const loaded = started.then(() => {
    if (!isStopping) logStart(config, source.describe(), io, logger);
  });
  logger.info('stopping', { signal: await stopped });
  isStopping = true;
  await server.stop(GRACE_MS);
  await service.close();
  await loaded;
  return 0;
}
