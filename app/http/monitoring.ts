/**
 * What a process tells of itself: /healthz and /readyz to everybody, /crane/… and /metrics to operators, who are judged by the
 * address of the client.
 */
import type { Express, NextFunction, Request, Response } from 'express';
import type { Config } from '../config/config';
import type { LoadStatus } from '../load/load-status';
import type { AnswerCounts } from '../observe/answer-counts';
import { ConnectionCounts } from '../observe/connection-counts';
import { createMetrics, type Metrics } from '../observe/metrics';
import { pathUnsupported } from '../registry/errors';
import type { RedisStatus } from '../store/redis/redis-status';
import type { RepositoryIndex } from '../store/repository-index';
import { createAddressSet, findClientAddress, type ContainsAddress } from './client-address';
import { createHealth } from './health';
import { createOperatorPages } from './operator-pages';
import { describeSource, measureSource, type SourceStatus } from './source-status';
import { writeError } from './write-decision';

export interface MonitoringOptions {
  config: Config;
  index: RepositoryIndex;
  counts: AnswerCounts;
  isTrusted: ContainsAddress;
  loader: { readonly status: LoadStatus } | undefined;
  redis?: { readonly status: RedisStatus } | undefined;
  /** What `/metrics` shows; default: what this process measures. */
  renderMetrics?: (() => Promise<string>) | undefined;
}

export interface Monitoring {
  metrics: Metrics;
  /** For the server to fill in. */
  connections: ConnectionCounts;
}

export function addMonitoring(app: Express, options: MonitoringOptions): Monitoring {
  const { config, index, counts, isTrusted, loader, redis, renderMetrics } = options;
  const status = (): SourceStatus => describeSource(loader?.status, redis?.status);
  app.use(createHealth(status));
  app.use(['/crane', '/metrics'], admitOperators(config.server.operators, isTrusted));
  app.use(createOperatorPages(index, status));
  const connections = new ConnectionCounts();
  const metrics = createMetrics(counts, () => measureSource(status()), connections);
  app.get('/metrics', async (_request, response) => {
    response.type(metrics.contentType).send(await (renderMetrics ?? metrics.render)());
  });
  return { metrics, connections };
}

function admitOperators(operators: string[], isTrusted: ContainsAddress) {
  const isOperator = createAddressSet(operators);
  return (request: Request, response: Response, next: NextFunction): void => {
    const address = findClientAddress(request, isTrusted);
    if (address !== undefined && isOperator(address)) next();
    else writeError(request, response, { ...pathUnsupported(request.originalUrl), status: 403 });
  };
}
