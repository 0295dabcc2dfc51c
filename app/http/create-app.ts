/**
 * Wires the front: the pull handler, and an express app for everything else. The app holds the pull handler too, so it
 * can be mounted in another express app or tested by itself; a server of our own asks the pull handler first.
 */
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import type { Config } from '../config/config';
import type { LoadStatus } from '../load/load-status';
import { AnswerCounts } from '../observe/answer-counts';
import type { Logger } from '../observe/logger';
import type { ConnectionCounts } from '../observe/connection-counts';
import type { Metrics } from '../observe/metrics';
import { methodUnsupported, pathUnsupported } from '../registry/errors';
import { createSearch } from '../search/create-search';
import type { RedisStatus } from '../store/redis/redis-status';
import type { RepositoryIndex } from '../store/repository-index';
import { createAddressSet } from './client-address';
import { createFormatChallenge } from './auth/challenge';
import { OPEN_GATE } from './auth/gate';
import type { OpenedGate } from './auth/open-gate';
import { createTokenHandler } from './auth/token-handler';
import { createFail, type Fail } from './fail';
import { addMonitoring } from './monitoring';
import type { Handler } from './pull-handler';
import { createPullHandler } from './pull-handler';
import { createRedirect } from './redirect-to-storage';
import { isReading } from './resolve-pull';
import { createSearchHandler } from './search-handler';
import { createServeContent } from './serve-content';
import { createLocate } from './storage-location';
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
  renderMetrics?: (() => Promise<string>) | undefined;
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
  const isTrusted = createAddressSet(config.server.trustedProxies);
  const counts = new AnswerCounts();
  const redirect = createRedirect(createLocate(config.cdn, nowSeconds), config.cdn.token !== undefined);
  const { serveContent: settings } = config;
  const deliver = settings.isEnabled ? createServeContent({ settings, redirect, logger }) : redirect;
  const writeDecision = createWriteDecision(deliver, createFormatChallenge(gate, isTrusted));
  const fail = createFail(logger, counts);
  const pull = createPullHandler({ knowledge, writeDecision, counts, fail });

  const app = createExpress();
  app.use(pull);
  app.use(createV1Handler({ knowledge, writeDecision, counts, endpoint: config.general.endpoint }));
  app.get('/v1/search', createSearchHandler(createSearch(config.search), knowledge, logger));
  const { identify, tokenService } = gate;
  if (identify && tokenService) app.use(createTokenHandler({ knowledge, tokenService, identify }));
  const { metrics, connections } = addMonitoring(app, {
    config,
    index,
    counts,
    isTrusted,
    loader,
    redis,
    renderMetrics,
  });
  addEnd(app, fail);
  return { pull, app, metrics, connections };
}

/** `davit index --listen`: how it is doing, and no pulls. */
export function createMonitorFront({ config, index, loader, redis, logger }: FrontOptions): Front {
  const counts = new AnswerCounts();
  const app = createExpress();
  const isTrusted = createAddressSet(config.server.trustedProxies);
  const { metrics, connections } = addMonitoring(app, { config, index, counts, isTrusted, loader, redis });
  addEnd(app, createFail(logger, counts));
  return { pull: (_request, _response, next) => next(), app, metrics, connections };
}

const createExpress = (): Express => express().disable('x-powered-by').disable('etag').enable('case sensitive routing');

/** What nobody has answered, and what went wrong. */
function addEnd(app: Express, fail: Fail): void {
  app.use((request: Request, response: Response) => {
    const error = isReading(request.method) ? pathUnsupported(request.path) : methodUnsupported(request.method);
    writeError(request, response, error);
  });
  app.use((error: unknown, request: Request, response: Response, _next: NextFunction) => {
    fail(request, response, error);
  });
}
