/**
 * `davit index`: keeps the index in Redis as the data directory is, without answering pulls, until SIGTERM or SIGINT. SIGHUP
 * reads every redirect file again and takes what is there for the truth. With --listen it tells how it is doing: /healthz,
 * /readyz, /metrics and /crane/…, as a serving process does.
 */
import type { Config } from '../config/config';
import { createMonitorFront } from '../http/create-app';
import { startServer, type ListeningServer } from '../http/server';
import type { Logger } from '../observe/logger';
import type { IndexSource } from './index-source';
import type { ExitCode, Io } from './io';
import { explainListenError } from './listen-error';
import { createServeLogger, logStart } from './log-start';
import { createMemorySource } from './memory-source';
import { createProgressBar } from './progress-bar';
import type { ConfigFlags } from './read-config';
import { readConfig, tellMistakes } from './read-config';
import { readRedisSettings } from './redis-settings';
import type { RedisSettings } from '../store/redis/connect';
import { openRedisWriter } from './redis-writer';
import { GRACE_MS, waitForStop } from './stop-signal';

const NO_REDIS = '[redis] url: must be set; without it there is nothing to keep current';

export async function keepIndex(flags: ConfigFlags, io: Io): Promise<ExitCode> {
  const found = readConfig(flags, io);
  if (!found) return 2;
  const { config, warnings } = found;
  const foundRedis = config.redis.address ? readRedisSettings(config.redis) : { mistakes: [NO_REDIS] };
  if ('mistakes' in foundRedis) {
    tellMistakes(foundRedis.mistakes, io);
    return 2;
  }
  io.beginServing();
  const progress = createProgressBar('names', io);
  const logger = createServeLogger(config, io, { makeRoom: progress.writeAbove });
  for (const warning of warnings) logger.warn('configuration', { warning });
  const source = createMemorySource(config, logger, {
    redis: { settings: foundRedis.settings as RedisSettings, openWriter: openRedisWriter },
    progress,
  });
  const stopped = waitForStop();
  process.on('SIGHUP', source.reload);
  let server: ListeningServer | undefined;
  try {
    // Only when it is asked for here: the configuration is often that of the fronts, which listen themselves.
    if (flags.listen !== undefined) server = await listen(config, source, logger);
  } catch (error) {
    io.complain(`davit: cannot listen on ${flags.listen}: ${explainListenError(error)}`);
    await source.close();
    return 1;
  }
  let isStopping = false;
  const loaded = source.start().then(() => {
    if (!isStopping) logStart(config, source.describe(), io, logger);
  });
  const signal = await stopped;
  progress.close();
  logger.info('stopping', { signal });
  isStopping = true;
  await server?.stop(GRACE_MS);
  await source.close();
  await loaded;
  return 0;
}

async function listen(config: Config, source: IndexSource, logger: Logger): Promise<ListeningServer> {
  const { index, loader, redis } = source;
  const { host, port, limits } = config.server;
  const front = createMonitorFront({ config, index, loader, redis, logger });
  const server = await startServer({ front, host, port, limits, logger });
  logger.info('listening', { address: server.address });
  return server;
}
