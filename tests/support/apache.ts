/**
 * A real Apache on free loopback ports, with the very configuration files that operators get (docs/apache).
 *
 * It runs in the foreground with a ServerRoot of its own below the system's temporary folder and reads nothing from
 * /etc/apache2; only its program and its modules are the system's. Started by root, its workers run as www-data, so
 * whatever it serves must be readable for others: createPublicFolder() makes folders that are.
 */
import { chmod, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { acceptsConnections, findFreePorts } from './ports';
import { projectRoot } from './project-root';
import { startService } from './service';

export interface ApacheOptions {
  /** Defines of docs/apache/*.conf; true defines the name alone. */
  defines: Record<string, string | true>;
  /** Lines read after the configuration, such as a guess about types that it must not be led by. */
  directives?: string[];
  /** Known in advance when redirect files must name the port of the storage first. */
  staticPort?: number;
}

export interface Apache {
  frontPort: number;
  staticPort: number;
  errorLog(): Promise<string>;
  accessLog(): Promise<string>;
  stop(): Promise<void>;
}

const program = '/usr/sbin/apache2';
const modules = '/usr/lib/apache2/modules';

/** A new temporary folder that Apache's workers may enter. */
export async function createPublicFolder(prefix: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), prefix));
  await chmod(folder, 0o755);
  return folder;
}

/** Command line for the shipped configuration below `folder`; add -t to check it only. */
export function apacheArguments(folder: string, { defines, directives = [] }: ApacheOptions): string[] {
  const all: Record<string, string | true> = {
    DAVIT_CONF: resolve(projectRoot(), 'docs/apache'),
    DAVIT_MODULES: modules,
    DAVIT_RUN: join(folder, 'run'),
    DAVIT_ERROR_LOG: join(folder, 'error.log'),
    DAVIT_ACCESS_LOG: join(folder, 'access.log'),
    DAVIT_LISTEN: '127.0.0.1',
    ...defines,
  };
  return [
    ...['-d', folder, '-f', resolve(projectRoot(), 'docs/apache/httpd.conf')],
    ...Object.entries(all).flatMap(([name, value]) => ['-C', `Define ${name}${value === true ? '' : ` "${value}"`}`]),
    ...directives.flatMap((line) => ['-c', line]),
  ];
}

export async function startApache(options: ApacheOptions): Promise<Apache> {
  if (!existsSync(program)) throw new Error(`${program} is missing: install apache2, or run scripts/test, which does`);
  const folder = await createPublicFolder('davit-apache-');
  await mkdir(join(folder, 'run'));
  const [frontPort, freePort] = (await findFreePorts(2)) as [number, number];
  const { staticPort = freePort } = options;
  const ports = { DAVIT_FRONT_PORT: String(frontPort), DAVIT_STATIC_PORT: String(staticPort) };
  const errorLog = (): Promise<string> => readFile(join(folder, 'error.log'), 'utf8');
  const removeFolder = (): Promise<void> => rm(folder, { recursive: true, force: true });
  const service = await startService({
    name: 'Apache',
    command: program,
    args: [...apacheArguments(folder, { ...options, defines: { ...ports, ...options.defines } }), '-D', 'FOREGROUND'],
    isReady: async () => (await acceptsConnections(frontPort)) && (await acceptsConnections(staticPort)),
    explain: errorLog,
  }).catch(async (cause: unknown) => {
    await removeFolder();
    throw cause;
  });
  return {
    frontPort,
    staticPort,
    errorLog,
    accessLog: () => readFile(join(folder, 'access.log'), 'utf8'),
    async stop() {
      await service.stop();
      await removeFolder();
    },
  };
}
