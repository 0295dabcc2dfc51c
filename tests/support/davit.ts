/**
 * The built program as its users start it: node dist/main.js serve --config FILE, or index, in a process of its own.
 */
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { request } from './http';
import { acceptsConnections, findFreePort } from './ports';
import { projectRoot } from './project-root';
import { startService, type Service } from './service';

/** Sections and keys of crane.conf. */
export type CraneConf = Record<string, Record<string, string | number | boolean>>;

export interface DavitOptions {
  config: CraneConf;
  /** `index` tells on its port how it is doing. Default `serve`. */
  command?: 'serve' | 'index';
  /** Added to an environment without any DAVIT_ or CRANE_ variable of the caller's. */
  env?: Record<string, string>;
  /** Where its output goes instead of to `output()`, as a shell takes it, such as `>/dev/full`. */
  redirection?: string;
  /** 'ready' waits for the first complete load, 'listening' for the port only. Default 'ready'. */
  until?: 'ready' | 'listening';
  /** As of a service. */
  isDetached?: boolean;
  /** How many files it may have open (`ulimit -n`); default: as many as the caller. */
  openFiles?: number;
  /** How many KiB of addresses it may use (`ulimit -v`); default: as many as the caller. */
  addressSpace?: number;
}

export interface Davit extends Service {
  port: number;
  /** http://127.0.0.1:PORT, or https with `tls_cert`; without a slash at the end. */
  url: string;
}

export function formatCraneConf(config: CraneConf): string {
  return Object.entries(config)
    .map(([section, keys]) =>
      [`[${section}]`, ...Object.entries(keys).map(([key, value]) => `${key}: ${value}`), ''].join('\n'),
    )
    .join('\n');
}

export async function startDavit({
  config,
  command = 'serve',
  env = {},
  redirection = '',
  until = 'ready',
  isDetached = false,
  openFiles,
  addressSpace,
}: DavitOptions): Promise<Davit> {
  const program = resolve(projectRoot(), 'dist/main.js');
  if (!existsSync(program)) throw new Error(`${program} is missing: run npm run build`);
  const folder = await mkdtemp(join(tmpdir(), 'davit-conf-'));
  const file = join(folder, 'crane.conf');
  const port = await findFreePort();
  const url = `${config['server']?.['tls_cert'] === undefined ? 'http' : 'https'}://127.0.0.1:${port}`;
  const listen = `127.0.0.1:${port}`;
  await writeFile(file, formatCraneConf({ ...config, server: { ...config['server'], listen } }));
  // What stands in the file is for fronts.
  const flags = command === 'index' ? ['--listen', listen] : [];
  const inherited = Object.entries(process.env).filter(([name]) => !/^(DAVIT|CRANE)_/.test(name));
  const service = await startService({
    name: 'davit',
    ...commandLine(
      [process.execPath, program, command, '--config', file, ...flags],
      { openFiles, addressSpace },
      redirection,
    ),
    env: { ...Object.fromEntries(inherited), ...env },
    isDetached,
    isReady: () => (until === 'ready' ? saysReady(url) : acceptsConnections(port)),
  }).catch(async (cause: unknown) => {
    await rm(folder, { recursive: true });
    throw cause;
  });
  const stop = async (): Promise<number | null> => {
    const exitCode = await service.stop();
    await rm(folder, { recursive: true, force: true });
    return exitCode;
  };
  return { ...service, stop, port, url };
}

/** Limits and redirections are a shell's, which the program then takes the place of: its process stays the one that was started. */
function commandLine(
  words: [string, ...string[]],
  { openFiles, addressSpace }: { openFiles: number | undefined; addressSpace: number | undefined },
  redirection: string,
): { command: string; args: string[] } {
  const limits = [
    openFiles === undefined ? '' : `ulimit -n ${openFiles} && `,
    addressSpace === undefined ? '' : `ulimit -v ${addressSpace} && `,
  ];
  return { command: 'sh', args: ['-c', `${limits.join('')}exec "$0" "$@" ${redirection}`, ...words] };
}

async function saysReady(url: string): Promise<boolean> {
  try {
    return (await request(url, { path: '/readyz' })).status === 200;
  } catch {
    return false;
  }
}
