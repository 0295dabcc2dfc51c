/** The servers under load: davit, the bare node:http server, nginx. Each in a process of its own, on a free port. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findFreePort } from '../../tests/support/ports';
import { projectRoot } from '../../tests/support/project-root';
import type { DataSet } from './data-sets';
import { findProgram } from './find-program';
import type { Program } from './programs';
import { startProgram } from './programs';

export interface Server {
  url: string;
  pid: number;
  /** From the start of the process to the first 200 of /readyz; for davit only. */
  readyMs: number;
  stop: () => Promise<void>;
}

export interface DavitOptions {
  dataDir: string;
  workers?: number;
  accessLog?: string;
}

/** A davit that reads no files, but an index in Redis. */
export interface FrontOptions {
  /** For its configuration. */
  directory: string;
  redisUrl: string;
  /** Default: davit's own. */
  cacheEntries?: number;
  workers?: number;
}

const READY_TIMEOUT_MS = 60_000;
const POLL_MS = 2;
/** In the log, when there is an answer to everything. Asking for /readyz until then would take time from what is measured. */
const STARTED = '"message":"started"';

export const davitProgram = join(projectRoot(), 'dist/main.js');

export const startDavit = ({ dataDir, workers, accessLog }: DavitOptions): Promise<Server> =>
  startServing(
    dataDir,
    accessLog === undefined ? '' : `[log]\naccess: ${accessLog}\n`,
    ['--data-dir', dataDir],
    workers,
  );

export function startFront({ directory, redisUrl, cacheEntries, workers }: FrontOptions): Promise<Server> {
  const cache = cacheEntries === undefined ? '' : `cache_entries: ${cacheEntries}\n`;
  return startServing(join(directory, 'front'), `[redis]\nurl: ${redisUrl}\n${cache}`, [], workers);
}

/** `place`: what the name of its configuration begins with. */
async function startServing(
  place: string,
  configuration: string,
  flags: string[],
  workers: number | undefined,
): Promise<Server> {
  const port = await findFreePort();
  const url = `http://127.0.0.1:${port}`;
  // A configuration of its own: there may be one in /etc.
  const config = `${place}-${port}.conf`;
  writeFileSync(config, configuration);
  const args = [davitProgram, 'serve', '--config', config, ...flags, '--listen', `127.0.0.1:${port}`];
  const startedAt = performance.now();
  const davit = startProgram(process.execPath, workers === undefined ? args : [...args, '--workers', String(workers)]);
  await untilReady(davit, async () => davit.explain().includes(STARTED) && (await fetch(`${url}/readyz`)).ok);
  return { url, pid: davit.pid, readyMs: performance.now() - startedAt, stop: davit.stop };
}

/** Whether this davit can start several processes. */
export async function hasWorkers(): Promise<boolean> {
  const help = startProgram(process.execPath, [davitProgram, 'serve', '--help']);
  await help.ended;
  return help.output().includes('--workers');
}

export async function startBare(kind: 'manifests' | 'blobs', data: DataSet): Promise<Server> {
  const args = [join(__dirname, 'bare-server.js'), kind, String(data.repositories), String(data.references)];
  const startedAt = performance.now();
  const bare = startProgram(process.execPath, args);
  await untilReady(bare, () => Promise.resolve(bare.output().endsWith('\n')));
  const url = `http://127.0.0.1:${bare.output().trim()}`;
  return { url, pid: bare.pid, readyMs: performance.now() - startedAt, stop: bare.stop };
}

/** Undefined: not installed. */
export async function startNginx(directory: string, workers: number): Promise<Server | undefined> {
  const program = findProgram('nginx');
  if (program === undefined) return undefined;
  const port = await findFreePort();
  const url = `http://127.0.0.1:${port}`;
  mkdirSync(directory, { recursive: true });
  const config = join(directory, 'nginx.conf');
  writeFileSync(config, printNginxConf(directory, port, workers));
  const startedAt = performance.now();
  const nginx = startProgram(program, ['-p', directory, '-e', 'stderr', '-c', config]);
  await untilReady(nginx, async () => (await fetch(url, { redirect: 'manual' })).status === 302);
  return { url, pid: nginx.pid, readyMs: performance.now() - startedAt, stop: nginx.stop };
}

const printNginxConf = (directory: string, port: number, workers: number): string => `
daemon off;
worker_processes ${workers};
pid ${join(directory, 'nginx.pid')};
error_log stderr;
events { worker_connections 1024; }
http {
  access_log off;
  keepalive_requests 1000000000;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((of) => `${of}_temp_path ${directory}/${of};`).join('\n  ')}
  server {
    listen 127.0.0.1:${port};
    location / { return 302 https://static.example.com/pulp/docker$uri; }
  }
}
`;

export async function untilReady(program: Program, isReady: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + READY_TIMEOUT_MS;
  while (!(await isReady().catch(() => false))) {
    if (program.hasEnded()) throw new Error(`ended before it was ready: ${program.explain()}`);
    if (performance.now() > deadline) throw new Error(`not ready within ${READY_TIMEOUT_MS} ms: ${program.explain()}`);
    await delay(POLL_MS);
  }
}
