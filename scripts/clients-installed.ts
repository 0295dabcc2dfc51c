/**
 * How each client that Debian has is started against a registry on loopback: which programs it needs, how it pulls,
 * and how it runs what it pulled, without a service manager and without touching its usual storage.
 *
 * Containers get no network and, where the default asks for more than this machine may give, modest limits.
 */
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import { runCommand, type ClientResult, type Clients } from '../tests/support/clients';
import { startService } from '../tests/support/service';

export interface Login {
  user: string;
  password: string;
}

export interface OpenClient {
  /** With a login, as that user; otherwise nobody has logged in. */
  pull(reference: string, login?: Login): Promise<ClientResult>;
  /** Absent: this client cannot run anything. */
  run?(reference: string): Promise<ClientResult>;
  close(): Promise<unknown>;
}

export interface InstallableClient {
  name: string;
  programs: string[];
  /** Of Debian. */
  packages: string;
  /** Prints the version. */
  version: [program: string, ...args: string[]];
  open(clients: Clients): Promise<OpenClient>;
}

/** Another docker further ahead in PATH may be a different program; Debian's is here. */
const dockerProgram = '/usr/bin/docker';

export const isInstalled = (program: string): boolean =>
  isAbsolute(program)
    ? existsSync(program)
    : (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));

/** `--creds user:password`, or nothing. */
const credentials = (flag: string, login?: Login): string[] => (login ? [flag, `${login.user}:${login.password}`] : []);

const nothingToClose = (): Promise<void> => Promise.resolve();

const skopeo: InstallableClient = {
  name: 'skopeo',
  programs: ['skopeo'],
  packages: 'skopeo',
  version: ['skopeo', '--version'],
  open: (clients) =>
    Promise.resolve({
      pull: (reference, login) =>
        clients.skopeo(
          'copy',
          '--src-tls-verify=false',
          ...credentials('--src-creds', login),
          `docker://${reference}`,
          `dir:${join(clients.folder, 'copy')}`,
        ),
      close: nothingToClose,
    }),
};

const podman: InstallableClient = {
  name: 'podman',
  programs: ['podman'],
  packages: 'podman',
  version: ['podman', '--version'],
  open: (clients) => {
    // crun refuses machines that have both versions of cgroups; runc takes them.
    const runtime = isInstalled('runc') ? ['--runtime', 'runc'] : [];
    const limits = ['--ulimit', 'nofile=1024:1024', '--ulimit', 'nproc=1024:1024'];
    return Promise.resolve({
      pull: (reference, login) =>
        clients.podman('pull', '--tls-verify=false', ...credentials('--creds', login), reference),
      run: (reference) =>
        clients.podman(...runtime, 'run', '--rm', '--tls-verify=false', '--network', 'none', ...limits, reference),
      close: nothingToClose,
    });
  },
};

const buildah: InstallableClient = {
  name: 'buildah',
  programs: ['buildah'],
  packages: 'buildah',
  version: ['buildah', '--version'],
  open: (clients) =>
    Promise.resolve({
      pull: (reference, login) =>
        clients.buildah('pull', '--tls-verify=false', ...credentials('--creds', login), reference),
      run: async (reference) => {
        const from = await clients.buildah('from', '--tls-verify=false', reference);
        if (from.exitCode !== 0) return from;
        return clients.buildah('run', '--isolation', 'chroot', '--network', 'host', from.stdout.trim(), '--', '/hello');
      },
      close: nothingToClose,
    }),
};

const containerd: InstallableClient = {
  name: 'containerd (ctr)',
  programs: ['containerd', 'ctr', 'runc'],
  packages: 'containerd runc',
  version: ['containerd', '--version'],
  open: async ({ folder, env }) => {
    const home = join(folder, 'containerd');
    const socket = join(home, 'socket');
    await mkdir(home);
    await writeFile(
      join(home, 'config.toml'),
      [
        'version = 2',
        `root = "${home}/root"`,
        `state = "${home}/state"`,
        'disabled_plugins = ["io.containerd.grpc.v1.cri"]',
        `[grpc]\naddress = "${socket}"`,
        `[ttrpc]\naddress = "${socket}.ttrpc"`,
      ].join('\n'),
    );
    const ctr = (...args: string[]): Promise<ClientResult> => runCommand('ctr', ['--address', socket, ...args], env);
    const service = await startService({
      name: 'containerd',
      command: 'containerd',
      args: ['--config', join(home, 'config.toml')],
      env,
      isReady: async () => existsSync(socket) && (await ctr('version')).exitCode === 0,
    });
    return {
      pull: (reference, login) =>
        ctr(
          ...['images', 'pull', '--plain-http', '--snapshotter', 'native'],
          ...credentials('--user', login),
          reference,
        ),
      run: (reference) => ctr('run', '--rm', '--snapshotter', 'native', reference, 'davit-hello'),
      close: () => service.stop(),
    };
  },
};

const docker: InstallableClient = {
  name: 'docker',
  programs: ['dockerd', dockerProgram, 'containerd', 'runc'],
  packages: 'docker.io',
  version: [dockerProgram, '--version'],
  open: async ({ folder, env }) => {
    const home = join(folder, 'docker');
    const socket = join(home, 'socket');
    await mkdir(home);
    const cli = (...args: string[]): Promise<ClientResult> =>
      runCommand(dockerProgram, ['--host', `unix://${socket}`, ...args], { ...env, DOCKER_CONFIG: join(home, 'cli') });
    const service = await startService({
      name: 'dockerd',
      command: 'dockerd',
      args: [
        ...['--data-root', join(home, 'data'), '--exec-root', join(home, 'exec'), '--pidfile', join(home, 'pid')],
        ...['--host', `unix://${socket}`, '--storage-driver', 'vfs'],
        ...['--bridge=none', '--iptables=false', '--ip6tables=false', '--ip-forward=false'],
      ],
      env,
      isReady: async () => existsSync(socket) && (await cli('version')).exitCode === 0,
      readyTimeoutMs: 60_000,
    });
    return {
      pull: async (reference, login) => {
        if (login) {
          const { user, password } = login;
          const loggedIn = await cli(
            'login',
            '--username',
            user,
            '--password',
            password,
            reference.split('/')[0] ?? '',
          );
          if (loggedIn.exitCode !== 0) return loggedIn;
        }
        return cli('pull', reference);
      },
      run: (reference) => cli('run', '--rm', '--network', 'none', reference),
      close: () => service.stop(),
    };
  },
};

export const installableClients: InstallableClient[] = [skopeo, podman, buildah, containerd, docker];
