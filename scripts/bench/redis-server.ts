/**
 * An index in Redis for the benchmark: a redis-server of its own that keeps nothing on disk, and `davit index`, which fills it and
 * stays. Both on free loopback ports.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { acceptsConnections, findFreePort } from '../../tests/support/ports';
import { findProgram } from './find-program';
import { startProgram } from './programs';
import { davitProgram, untilReady } from './servers';

export interface IndexInRedis {
  url: string;
  /** Of redis-server. */
  port: number;
  pid: number;
  stop: () => Promise<void>;
}

export const REDIS_MISSING = 'redis-server is not installed';

/** Resolves when everything in `dataDir` is in Redis. Undefined: redis-server is not installed. `directory`: for files of its own. */
export async function startIndexInRedis(directory: string, dataDir: string): Promise<IndexInRedis | undefined> {
  const program = findProgram('redis-server');
  if (program === undefined) return undefined;
  mkdirSync(directory, { recursive: true });
  const port = await findFreePort();
  const address = ['--port', String(port), '--bind', '127.0.0.1'];
  const redis = startProgram(program, [...address, '--dir', directory, '--save', '', '--appendonly', 'no']);
  await untilReady(redis, () => acceptsConnections(port));

  const url = `redis://127.0.0.1:${port}`;
  const monitor = `127.0.0.1:${await findFreePort()}`;
  const config = join(directory, 'index.conf');
  writeFileSync(config, `[redis]\nurl: ${url}\n`);
  const args = [davitProgram, 'index', '--config', config, '--data-dir', dataDir, '--listen', monitor];
  const index = startProgram(process.execPath, args);
  await untilReady(index, () => isCurrent(`http://${monitor}`));
  return {
    url,
    port,
    pid: redis.pid,
    stop: async () => {
      await index.stop();
      await redis.stop();
    },
  };
}

async function isCurrent(monitorUrl: string): Promise<boolean> {
  const { redis } = (await (await fetch(`${monitorUrl}/readyz`)).json()) as { redis?: { writing?: { state: string } } };
  return redis?.writing?.state === 'current';
}
