/**
 * Runs today's command line clients as a user would, each with a home, a policy and a storage of its own, so that
 * neither the machine's configuration nor an earlier pull decides the outcome.
 */
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface ClientResult {
  /** null when a signal ended it. */
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

export interface Clients {
  /** Its own temporary folder, for what a client writes. */
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  skopeo(...args: string[]): Promise<ClientResult>;
  podman(...args: string[]): Promise<ClientResult>;
  buildah(...args: string[]): Promise<ClientResult>;
  /** Removes the folder and with it all that was pulled. */
  remove(): Promise<void>;
}

const clientTimeoutMs = 120_000;

/** Standard input is closed: a client that asks for a password must fail, not wait. */
export function runCommand(command: string, args: string[], env = process.env): Promise<ClientResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'], timeout: clientTimeoutMs });
    const result: ClientResult = { exitCode: null, stdout: '', stderr: '' };
    child.stdout.on('data', (chunk: Buffer) => (result.stdout += chunk.toString('utf8')));
    child.stderr.on('data', (chunk: Buffer) => (result.stderr += chunk.toString('utf8')));
    child.once('error', reject).once('close', (exitCode) => resolve({ ...result, exitCode }));
  });
}

export async function createClients(): Promise<Clients> {
  const folder = await mkdtemp(join(tmpdir(), 'davit-clients-'));
  const inFolder = (name: string): string => join(folder, name);
  await mkdir(inFolder('home/.config/containers'), { recursive: true });
  await mkdir(inFolder('run'), { mode: 0o700 });
  await mkdir(inFolder('tmp'));
  await writeFile(
    inFolder('home/.config/containers/policy.json'),
    JSON.stringify({ default: [{ type: 'insecureAcceptAnything' }] }),
  );
  await writeFile(inFolder('registries.conf'), 'unqualified-search-registries = []\nshort-name-mode = "disabled"\n');
  await writeFile(inFolder('auth.json'), '{"auths":{}}');
  // podman's defaults want systemd and leave a lock file in /dev/shm.
  await writeFile(
    inFolder('containers.conf'),
    `[engine]\ncgroup_manager = "cgroupfs"\nevents_logger = "none"\nlock_type = "file"\ntmp_dir = "${inFolder('libpod')}"\n`,
  );
  const env: NodeJS.ProcessEnv = {
    PATH: process.env['PATH'],
    HOME: inFolder('home'),
    TMPDIR: inFolder('tmp'),
    XDG_RUNTIME_DIR: inFolder('run'),
    XDG_DATA_HOME: inFolder('home/.local/share'),
    CONTAINERS_CONF: inFolder('containers.conf'),
    CONTAINERS_REGISTRIES_CONF: inFolder('registries.conf'),
    REGISTRY_AUTH_FILE: inFolder('auth.json'),
    LANG: 'C.UTF-8',
  };
  const storage = ['--storage-driver', 'vfs', '--root', inFolder('storage'), '--runroot', inFolder('runroot')];
  return {
    folder,
    env,
    skopeo: (...args) => runCommand('skopeo', args, env),
    podman: (...args) => runCommand('podman', [...storage, ...args], env),
    buildah: (...args) => runCommand('buildah', [...storage, ...args], env),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
