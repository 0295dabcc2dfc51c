/**
 * `davit serve`: listens, keeps the index current and answers, until SIGTERM or SIGINT. SIGHUP reads every redirect file
 * again, takes what is there for the truth, and opens the access log anew.
 */
import type { Config } from '../config/config';
import { createAccessLog } from '../http/access-log';
import { createFront } from '../http/create-app';
import type { ListeningServer } from '../http/server';
import { startServer } from '../http/server';
import { Loader } from '../load/loader';
import type { Logger } from '../observe/logger';
import { createLogger } from '../observe/logger';
import { MemoryIndex } from '../store/memory-index';
import type { ExitCode, Io } from './io';
import { LogFile } from './log-file';
import type { ConfigFlags } from './read-config';
import { readConfig } from './read-config';

/** The whole stop takes less than the 10 seconds that service managers commonly wait. */
const GRACE_MS = 8000;

export async function serve(flags: ConfigFlags, io: Io): Promise<ExitCode> {
  const found = readConfig(flags, io);
  if (!found) return 2;
  const { config, warnings } = found;
  const { level, format } = config.log;
  const logger = createLogger({ level, isJson: format === 'json' || (format === 'auto' && !io.isTerminal) });
  for (const warning of warnings) logger.warn('configuration', { warning });

  const index = new MemoryIndex();
  const { dataDir, pollingIntervalMs } = config.general;
  const loader = new Loader({ dataDir, rescanIntervalMs: pollingIntervalMs, index, logger });
  const accessLog = openAccessLog(config, logger);
  const front = createFront({ config, index, loader, logger });
  const { host, port } = config.server;
  let server: ListeningServer;
  try {
    server = await startServer({
      front,
      host,
      port,
      ...(accessLog && { logAccess: createAccessLog(accessLog.write) }),
    });
  } catch (error) {
    io.complain(`davit: cannot listen on ${host}:${port}: ${explainListenError(error)}`);
    await loader.close();
    return 1;
  }
  const stopped = waitForStop();
  process.on('SIGHUP', () => {
    accessLog?.reopen();
    void loader.acceptDirectory();
  });
  logger.info('listening', { address: server.address });
  const loaded = loader.start().then(() => logStart(config, loader, io, logger));
  logger.info('stopping', { signal: await stopped });
  await server.stop(GRACE_MS);
  await loader.close();
  await loaded;
  accessLog?.close();
  return 0;
}

function logStart(config: Config, { status }: Loader, { version }: Io, logger: Logger): void {
  const { fileCount, problems, directory } = status;
  const { dataDir } = config.general;
  logger.info('started', {
    version,
    config: config.source,
    dataDir,
    directory: directory.state,
    redirectFiles: fileCount,
    problems: problems.length,
  });
}

const openAccessLog = ({ log }: Config, logger: Logger): LogFile | undefined =>
  log.access === undefined ? undefined : new LogFile(log.access, (error) => logger.error('access log', { error }));

const waitForStop = (): Promise<string> =>
  new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve(signal));
  });

function explainListenError(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') return 'the port is in use';
  if (code === 'EACCES') return 'not allowed';
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return 'this machine does not have that address';
  return message;
}
