/**
 * Stands in for davit behind a real Apache: says what it was asked, undecoded. With the request header X-Test-File it
 * names that file to send instead, as davit does with use_x_sendfile, with an ETag unless X-Test-ETag says none; below /v2/missing/ it has a 404 of its own.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { findFreePort } from './ports';

export interface StandIn {
  url: string;
  stop(): Promise<void>;
  /** After stop(): the same port again. */
  startAgain(): Promise<void>;
}

export const standInType = 'application/vnd.docker.distribution.manifest.v2+json';
export const standInETag = '"from-davit"';

function answer({ url = '', headers }: IncomingMessage, response: ServerResponse): void {
  const file = headers['x-test-file'];
  if (typeof file === 'string') {
    const etag = headers['x-test-etag'] === 'none' ? {} : { ETag: standInETag };
    response.writeHead(200, { 'Content-Type': standInType, 'X-Sendfile': file, ...etag }).end();
  } else if (url.startsWith('/v2/missing/')) {
    response.writeHead(404, { 'Content-Type': 'application/json' }).end('{"errors":[{"code":"FROM_DAVIT"}]}');
  } else {
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify({ url, headers }));
  }
}

export async function startStandIn(): Promise<StandIn> {
  const server = createServer(answer);
  const listen = (port: number): Promise<void> =>
    new Promise((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  const port = await findFreePort();
  await listen(port);
  return {
    url: `http://127.0.0.1:${port}`,
    startAgain: () => listen(port),
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
