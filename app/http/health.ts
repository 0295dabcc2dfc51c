/**
 * `/healthz`: the process answers. `/readyz`: the redirect files have been read, or the index in Redis can be relied on, so
 * answers are true; its body tells how the data directory and Redis are doing, because what is known stays in service when
 * either is gone.
 */
import { Router } from 'express';
import type { LoadStatus } from '../load/load-status';
import type { SourceStatus } from './source-status';
import { writeJson } from './write-decision';

export function createHealth(status: () => SourceStatus): Router {
  const router = Router({ caseSensitive: true });
  router.get('/healthz', (request, response) => writeJson(request, response, 200, '{"status":"ok"}'));
  router.get('/readyz', (request, response) => {
    const { isReady, load, redis } = status();
    const body = { status: isReady ? 'ready' : 'not ready', ...(load && describeLoad(load)), ...(redis && { redis }) };
    const headers = isReady ? [] : ['Retry-After', '1'];
    writeJson(request, response, isReady ? 200 : 503, JSON.stringify(body), headers);
  });
  return router;
}

const describeLoad = ({ directory, fileCount, problems, lastRefresh }: LoadStatus): object => ({
  directory: { state: directory.state, reason: directory.reason, since: directory.since },
  redirectFiles: fileCount,
  problems: problems.length,
  lastRefresh: lastRefresh?.at,
});
