/**
 * What is under load: davit with an index in its own memory; or, with Redis, `davit index` on the redirect files and a davit
 * without a data directory, which reads what that wrote.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatCraneConf, startDavit, type CraneConf } from '../../tests/support/davit';
import { request } from '../../tests/support/http';
import { findFreePort } from '../../tests/support/ports';
import { projectRoot } from '../../tests/support/project-root';
import { startRedis } from '../../tests/support/redis';
import { startService } from '../../tests/support/service';

/** `own`: a redis-server is started, and ended afterwards. Otherwise its URL. */
export type WhichRedis = 'own' | (string & {});

export interface Servers {
  /** Where the load goes. */
  url: string;
  /** Of davit: what was started, without what that started. */
  pids: number[];
  stop: () => Promise<void>;
}

export interface ServersOptions {
  dataDir: string;
  workers: number;
  /** Undefined: none. */
  redis: WhichRedis | undefined;
  /** Undefined: as davit has it. */
  lookupTimeoutS?: number | undefined;
}

/** In a Redis that others use too, what a soak leaves behind is found by it, and used again by the next one. */
const PREFIX = 'davit-soak';

/** Resolves when everything in `dataDir` is served. */
export async function startServers({ dataDir, workers, redis, lookupTimeoutS }: ServersOptions): Promise<Servers> {
  const started: { stop: () => Promise<unknown> }[] = [];
  const stop = async (): Promise<void> => {
    for (const service of started.reverse()) await service.stop();
  };
  const note = <S extends { stop: () => Promise<unknown> }>(service: S): S => {
    started.push(service);
    return service;
  };
  const serve = (config: CraneConf): ReturnType<typeof startDavit> =>
    startDavit({ config: { server: { workers }, ...config }, isDetached: true });
  try {
    if (redis === undefined) {
      const davit = note(await serve({ general: { data_dir: dataDir } }));
      return { url: davit.url, pids: [davit.pid], stop };
    }
    const url = redis === 'own' ? note(await startRedis({ isDetached: true })).url : redis;
    const place = { url, prefix: PREFIX };
    const index = note(await startIndex(dataDir, place));
    const front = note(
      await serve({ redis: lookupTimeoutS === undefined ? place : { ...place, lookup_timeout: lookupTimeoutS } }),
    );
    return { url: front.url, pids: [index.pid, front.pid], stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface RunningIndex {
  pid: number;
  stop: () => Promise<unknown>;
}

/** `davit index`, when Redis holds everything: until then, it may hold what an earlier soak has left. */
async function startIndex(dataDir: string, redis: { url: string; prefix: string }): Promise<RunningIndex> {
  const folder = await mkdtemp(join(tmpdir(), 'davit-index-'));
  const removeFolder = (): Promise<void> => rm(folder, { recursive: true, force: true });
  const file = join(folder, 'crane.conf');
  await writeFile(file, formatCraneConf({ general: { data_dir: dataDir }, redis }));
  const listen = `127.0.0.1:${await findFreePort()}`;
  const service = await startService({
    name: 'davit index',
    command: process.execPath,
    args: [join(projectRoot(), 'dist/main.js'), 'index', '--config', file, '--listen', listen],
    env: Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(DAVIT|CRANE)_/.test(name))),
    isDetached: true,
    isReady: () => isCurrent(`http://${listen}`),
  }).catch(async (cause: unknown) => {
    await removeFolder();
    throw cause;
  });
  return { pid: service.pid, stop: () => service.stop().finally(removeFolder) };
}

async function isCurrent(url: string): Promise<boolean> {
  try {
    const { body } = await request(url, { path: '/readyz' });
    return (JSON.parse(body.toString()) as { redis: { writing: { state: string } } }).redis.writing.state === 'current';
  } catch {
    return false;
  }
}
