/**
 * Wires the front: the pull handler, and an express app for everything else. The app holds the pull handler too, so it
 * can be mounted in another express app or tested by itself; a server of our own asks the pull handler first.
 */
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import type { Config } from '../config/config';
import type { LoadStatus } from '../load/load-status';
import { AnswerCounts } from '../observe/answer-counts';
import type { Logger } from '../observe/logger';
import { ConnectionCounts } from '../observe/connection-counts';
import { createMetrics, type Metrics } from '../observe/metrics';
import { methodUnsupported, pathUnsupported } from '../registry/errors';
import { createSearch } from '../search/create-search';
import type { RedisStatus } from '../store/redis/redis-status';
import type { RepositoryIndex } from '../store/repository-index';
import { createAddressSet, findClientAddress, type ContainsAddress } from './client-address';
import { createFormatChallenge } from './auth/challenge';
import { OPEN_GATE } from './auth/gate';
import type { OpenedGate } from './auth/open-gate';
import { createTokenHandler } from './auth/token-handler';
import { createFail } from './fail';
import { createHealth } from './health';
import { createOperatorPages } from './operator-pages';
import type { Handler } from './pull-handler';
import { createPullHandler } from './pull-handler';
import { createRedirect } from './redirect-to-storage';
import { isReading } from './resolve-pull';
import { createSearchHandler } from './search-handler';
import { createServeContent } from './serve-content';
import { createLocate } from './storage-location';
import { describeSource, measureSource, type SourceStatus } from './source-status';
import { createV1Handler } from './v1-handler';
import { createWriteDecision, writeError } from './write-decision';

export interface FrontOptions {
  config: Config;
  /** Who may see what; default: everybody what is not protected. */
  access?: Pick<OpenedGate, 'gate'> | undefined;
  index: RepositoryIndex;
  /** How loading is doing; `isLoaded` is asked for by every pull, the rest by operators. Undefined: nothing is loaded here. */
  loader: { readonly isLoaded: boolean; readonly status: LoadStatus } | undefined;
  /** How Redis is doing; default: there is none. */
  redis?: { readonly status: RedisStatus } | undefined;
  logger: Logger;
  /** Seconds since 1970, for signed addresses. */
  nowSeconds?: () => number;
  /** What `/metrics` shows, when that is more than this front measures. */
  renderMetrics?: () => Promise<string>;
}

export interface Front {
  /** Answers `/v2` and calls `next` for the rest. */
  pull: Handler;
  /** Answers everything, `/v2` included. */
  app: Express;
  metrics: Metrics;
  /** For the server to fill in. */
  connections: ConnectionCounts;
}

export function createFront(options: FrontOptions): Front {
  const { config, access, index, loader, redis, logger, nowSeconds, renderMetrics } = options;
  const gate = access?.gate ?? OPEN_GATE;
  const knowledge = { index, isLoaded: loader ? () => loader.isLoaded : () => true, gate };
  const status = (): SourceStatus => describeSource(loader?.status, redis?.status);
  const isTrusted = createAddressSet(config.server.trustedProxies);
  const counts = new AnswerCounts();
  const redirect = createRedirect(createLocate(config.cdn, nowSeconds), config.cdn.token !== undefined);
  const { serveContent: settings } = config;
  const deliver = settings.isEnabled ? createServeContent({ settings, redirect, logger }) : redirect;
  const writeDecision = createWriteDecision(deliver, createFormatChallenge(gate, isTrusted));
  const fail = createFail(logger, counts);
  const pull = createPullHandler({ knowledge, writeDecision, counts, fail });

  const app = express();
  app.disable('x-powered-by').disable('etag').enable('case sensitive routing');
  app.use(pull);
  app.use(createV1Handler({ knowledge, writeDecision, counts, endpoint: config.general.endpoint }));
  app.get('/v1/search', createSearchHandler(createSearch(config.search), knowledge, logger));
  const { identify, tokenService } = gate;
  if (identify && tokenService) app.use(createTokenHandler({ knowledge, tokenService, identify }));
  app.use(createHealth(status));
  app.use(['/crane', '/metrics'], admitOperators(config.server.operators, isTrusted));
  app.use(createOperatorPages(index, status));
  const connections = new ConnectionCounts();
  const metrics = createMetrics(counts, () => measureSource(status()), connections);
  app.get('/metrics', async (_request, response) => {
    response.type(metrics.contentType).send(await (renderMetrics ?? metrics.render)());
  });
  app.use((request: Request, response: Response) => {
    const error = isReading(request.method) ? pathUnsupported(request.path) : methodUnsupported(request.method);
    writeError(request, response, error);
  });
  app.use((error: unknown, request: Request, response: Response, _next: NextFunction) => {
    fail(request, response, error);
  });
  return { pull, app, metrics, connections };
}

function admitOperators(operators: string[], isTrusted: ContainsAddress) {
  const isOperator = createAddressSet(operators);
  return (request: Request, response: Response, next: NextFunction): void => {
    const address = findClientAddress(request, isTrusted);
    if (address !== undefined && isOperator(address)) next();
    else writeError(request, response, { ...pathUnsupported(request.originalUrl), status: 403 });
  };
}
