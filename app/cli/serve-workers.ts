/**
 * `davit serve` with [server] workers above 1: this process, the primary, answers nothing. It starts the workers, which
 * share one port, and another one for each that ends. SIGHUP, SIGTERM and SIGINT mean what they mean to a single process.
 * Who does what, and why: docs/architecture.md and docs/decisions/0012-workers.md.
 */
import cluster from 'node:cluster';
import type { Config } from '../config/config';
import type { Logger } from '../observe/logger';
import type { ExitCode, Io } from './io';
import { explainListenError } from './listen-error';
import { logStart } from './log-start';
import { probePort } from './probe-port';
import { GRACE_MS, waitForStop } from './stop-signal';
import { WorkerPool } from './worker-pool';

/** Workers cut their last requests after the grace; one that is alive after this hangs. */
const STOP_LIMIT_MS = GRACE_MS + 1500;

export async function serveWorkers(config: Config, io: Io, logger: Logger): Promise<ExitCode> {
  const { host, port, workers } = config.server;
  const refuse = (reason: string): ExitCode => {
    io.complain(`davit: cannot listen on ${host}:${port}: ${reason}`);
    return 1;
  };
  let foundPort: number;
  try {
    foundPort = await probePort(host, port);
  } catch (error) {
    return refuse(explainListenError(error));
  }
  // Each worker accepts from the one socket. When the primary hands connections out, one that is on its way to a worker
  // that dies is never closed, and its client waits for ever.
  cluster.schedulingPolicy = cluster.SCHED_NONE;
  cluster.setupPrimary({ args: ['worker'] });
  const pool = new WorkerPool({ ...config, server: { ...config.server, port: foundPort } }, logger);
  const stopped = waitForStop();
  process.on('SIGHUP', () => pool.reload());
  pool.start();
  void pool.ready.then((loaded) => logStart(config, { ...loaded, workers }, io, logger));

  const end = await Promise.race([stopped.then((signal) => ({ signal })), pool.failed.then((reason) => ({ reason }))]);
  if ('signal' in end) logger.info('stopping', end);
  const isInTime = await pool.stop(STOP_LIMIT_MS);
  if ('reason' in end) return refuse(end.reason);
  if (isInTime) return 0;
  logger.error('workers that did not stop were killed');
  return 1;
}
