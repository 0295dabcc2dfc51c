/**
 * `/healthz`: the process answers. `/readyz`: the redirect files have been read, so answers are true; its body tells how
 * the data directory is doing, because the last known good stays in service when that is gone.
 */
import { Router } from 'express';
import type { LoadStatus } from '../load/load-status';
import { writeJson } from './write-decision';

export function createHealth(status: () => LoadStatus): Router {
  const router = Router({ caseSensitive: true });
  router.get('/healthz', (request, response) => writeJson(request, response, 200, '{"status":"ok"}'));
  router.get('/readyz', (request, response) => {
    const { isLoaded, directory, fileCount, problems, lastRefresh } = status();
    const body = {
      status: isLoaded ? 'ready' : 'not ready',
      directory: { state: directory.state, reason: directory.reason, since: directory.since },
      redirectFiles: fileCount,
      problems: problems.length,
      lastRefresh: lastRefresh?.at,
    };
    const headers = isLoaded ? [] : ['Retry-After', '1'];
    writeJson(request, response, isLoaded ? 200 : 503, JSON.stringify(body), headers);
  });
  return router;
}
