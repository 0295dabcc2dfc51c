/**
 * A real redis-server on a free loopback port, in a temporary folder of its own, that keeps nothing on disk.
 *
 * It can be ended, killed, frozen and started again on the same port, empty: what Redis does to those who rely on it.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Certificate } from './certificate';
import { runCommand } from './clients';
import { findFreePort } from './ports';
import { startService, type Service } from './service';

export interface RedisServerOptions {
  /** Of the default user. */
  password?: string;
  /** The only user who may do anything: the default user is turned off. */
  user?: { name: string; password: string };
  /** Then it speaks TLS on its port, and nothing else. */
  tls?: Certificate;
  /** More of redis-server's command line: ['--maxmemory', '2mb'], ['--enable-debug-command', 'yes']. */
  args?: string[];
  /** Default: a free one. */
  port?: number;
  /** As of a service. */
  isDetached?: boolean;
}

export interface RedisServer {
  readonly port: number;
  /** redis://[user][:password]@127.0.0.1:port, or rediss:// */
  readonly url: string;
  /** Runs one command by redis-cli, and resolves to its output without the last line end. Rejects with what Redis says. */
  run(...command: string[]): Promise<string>;
  /** SIGTERM, and removes the folder. */
  stop(): Promise<void>;
  /** SIGKILL; restart() brings it back. */
  kill(): Promise<void>;
  /** SIGSTOP: connections stay open, and nothing is answered. */
  pause(): void;
  resume(): void;
  /** Ends it, if it runs, and starts it again on the same port, empty. */
  restart(): Promise<void>;
}

export async function startRedis(options: RedisServerOptions = {}): Promise<RedisServer> {
  const { password, user, tls, port = await findFreePort(), isDetached = false } = options;
  const folder = await mkdtemp(join(tmpdir(), 'davit-redis-'));
  const start = (): Promise<Service> =>
    startService({
      name: 'Redis',
      command: 'redis-server',
      args: listArguments(folder, { ...options, port }),
      isDetached,
      isReady: (output) => output.includes('Ready to accept connections'),
    });
  const removeFolder = (): Promise<void> => rm(folder, { recursive: true, force: true });
  let service = await start().catch(async (cause: unknown) => {
    await removeFolder();
    throw cause;
  });
  let isRunning = true;

  const end = async (): Promise<void> => {
    if (!isRunning) return;
    isRunning = false;
    // A frozen process does not see SIGTERM.
    service.signal('SIGCONT');
    await service.stop();
  };
  const secret = user?.password ?? password;
  const credentials =
    secret === undefined ? '' : `${encodeURIComponent(user?.name ?? '')}:${encodeURIComponent(secret)}@`;
  return {
    port,
    url: `redis${tls ? 's' : ''}://${credentials}127.0.0.1:${port}`,
    run: (...command) =>
      runRedisCli([...(user ? ['--user', user.name] : []), ...tlsFlags(tls), '-p', String(port), ...command], secret),
    async stop() {
      await end();
      await removeFolder();
    },
    async kill() {
      isRunning = false;
      service.signal('SIGKILL');
      await service.ended;
    },
    pause: () => service.signal('SIGSTOP'),
    resume: () => service.signal('SIGCONT'),
    async restart() {
      await end();
      service = await start();
      isRunning = true;
    },
  };
}

function listArguments(folder: string, { password, user, tls, args = [], port = 0 }: RedisServerOptions): string[] {
  const plain = ['--port', String(port)];
  return [
    ...['--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no'],
    ...(tls ? listTlsArguments(port, tls) : plain),
    ...(password === undefined ? [] : ['--requirepass', password]),
    ...(user ? ['--user', 'default', 'off', '--user', user.name, 'on', `>${user.password}`, '~*', '&*', '+@all'] : []),
    ...args,
  ];
}

const listTlsArguments = (port: number, { certificateFile, keyFile }: Certificate): string[] => [
  ...['--port', '0', '--tls-port', String(port), '--tls-cert-file', certificateFile, '--tls-key-file', keyFile],
  ...['--tls-ca-cert-file', certificateFile, '--tls-auth-clients', 'no'],
];

const tlsFlags = (tls: Certificate | undefined): string[] => (tls ? ['--tls', '--cacert', tls.certificateFile] : []);

/** `-e` makes redis-cli end with an error when Redis answers with one. */
export async function runRedisCli(args: string[], password?: string): Promise<string> {
  const env = password === undefined ? process.env : { ...process.env, REDISCLI_AUTH: password };
  const { exitCode, stdout, stderr } = await runCommand('redis-cli', ['-e', '-h', '127.0.0.1', ...args], env);
  if (exitCode !== 0) throw new Error(`redis-cli ${args.join(' ')}: ${stdout}${stderr}`.trim());
  return stdout.replace(/\n$/, '');
}
