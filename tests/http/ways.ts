/**
 * The ways in which a front reaches clients: mounted in somebody's express app, and by a server of its own. Both must
 * answer alike, so the suites run in each.
 */
import express, { type Request, type Response } from 'express';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Front } from '../../app/http/create-app';
import { startServer } from '../../app/http/server';
import { createTestFront, type TestFront, type TestFrontOptions } from './front';

export interface Way {
  title: string;
  open: (front: Front) => Promise<{ url: string; stop: () => Promise<void> }>;
}

export interface ServedFront extends TestFront {
  /** http://127.0.0.1:PORT, without a slash at the end. */
  url: string;
  stop: () => Promise<void>;
}

const LOOPBACK = '127.0.0.1';

export const mounted: Way = {
  title: 'mounted in another app',
  open: async ({ app }) => {
    const outer = express().disable('x-powered-by');
    outer.use(app);
    outer.use((_request: Request, response: Response) => {
      response.status(599).send('the front left this to the app around it');
    });
    const server = createServer(outer);
    await new Promise<void>((resolve) => server.listen(0, LOOPBACK, resolve));
    return {
      url: `http://${LOOPBACK}:${(server.address() as AddressInfo).port}`,
      stop: () =>
        new Promise((resolve) => {
          server.close(() => resolve());
          server.closeAllConnections();
        }),
    };
  },
};

export const ownServer: Way = {
  title: 'own server',
  open: async (front) => {
    const { address, stop } = await startServer({ front, host: LOOPBACK, port: 0 });
    return { url: `http://${address}`, stop: () => stop(0) };
  },
};

export const ways = [mounted, ownServer];

export async function serveFront({ open }: Way, options?: TestFrontOptions): Promise<ServedFront> {
  const test = await createTestFront(options);
  const { url, stop } = await open(test.front);
  return {
    ...test,
    url,
    stop: async () => {
      await stop();
      await test.access?.close();
    },
  };
}

/** Serves for as long as `use` takes. */
export async function withFront<T>(
  way: Way,
  options: TestFrontOptions,
  use: (front: ServedFront) => Promise<T>,
): Promise<T> {
  const front = await serveFront(way, options);
  try {
    return await use(front);
  } finally {
    await front.stop();
  }
}
