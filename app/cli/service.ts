/** What a process needs to serve: an index that is kept current, and a front that answers from it. */
import type { Config } from '../config/config';
import type { ServerLimits } from '../config/limits';
import { createAccessLog } from '../http/access-log';
import type { OpenedGate } from '../http/auth/open-gate';
import { createFront } from '../http/create-app';
import type { ListeningServer } from '../http/server';
import { HEADER_SIZE_WITH_CERTIFICATE, startServer } from '../http/server';
import { ServerCertificate } from '../http/server-certificate';
import type { Logger } from '../observe/logger';
import type { Metrics } from '../observe/metrics';
import { limitConnections, readOpenFiles } from './connection-limit';
import type { IndexSource } from './index-source';
import { LogFile } from './log-file';

export interface ServiceOptions {
  config: Config;
  source: IndexSource;
  /** Undefined: nothing is configured. */
  access: OpenedGate | undefined;
  logger: Logger;
  /** See LoaderOptions. */
  onRefreshed?: () => void;
  /** See FrontOptions. */
  renderMetrics?: () => Promise<string>;
}

export interface Service {
  source: IndexSource;
  metrics: Metrics;
  listen: () => Promise<ListeningServer>;
  /** The operator's word: every redirect file, the certificate and the files of [auth] are read again, and the access log opened anew. */
  reload: () => void;
  close: () => Promise<void>;
}

export function createService({ config, source, access, logger, ...options }: ServiceOptions): Service {
  const { index, loader, redis } = source;
  const accessLog = openAccessLog(config, logger);
  const front = createFront({ config, access, index, loader, redis, logger, ...options });
  const { host, port, tls } = config.server;
  const certificate = tls && new ServerCertificate(tls, logger);
  const limits = chooseLimits(config, logger);
  const logAccess = accessLog && createAccessLog(accessLog.write);
  return {
    source,
    metrics: front.metrics,
    listen: () => startServer({ front, host, port, logAccess, certificate, limits, logger }),
    reload: () => {
      accessLog?.reopen();
      certificate?.renew();
      void access?.reload();
      source.reload();
    },
    close: async () => {
      await source.close();
      await access?.close();
      accessLog?.close();
    },
  };
}

function chooseLimits(config: Config, logger: Logger): ServerLimits {
  const { limits } = config.server;
  // Only where it is needed: every client may fill that much memory before anything is known of it.
  const maxHeaderBytes =
    limits.maxHeaderBytes ?? (config.auth.certificateHeader === undefined ? undefined : HEADER_SIZE_WITH_CERTIFICATE);
  return {
    ...limits,
    maxConnections: limitConnections(config, readOpenFiles(), logger),
    ...(maxHeaderBytes !== undefined && { maxHeaderBytes }),
  };
}

const openAccessLog = ({ log }: Config, logger: Logger): LogFile | undefined =>
  log.access === undefined
    ? undefined
    : new LogFile(log.access, {
        onBroken: (error) => logger.error('access log', { error }),
        onWrittenAgain: () => logger.info('access log is written again', { path: log.access }),
      });
