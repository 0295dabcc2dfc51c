/**
 * A server of its own process: started, awaited until it is ready, and ended by its own handle.
 * When it ends before it is ready, or never becomes ready, the error carries what it wrote.
 */
import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';

export interface Service {
  readonly pid: number;
  /** All it wrote so far, standard output and error in the order of arrival. */
  output(): string;
  /** Resolves when the process has ended; null when a signal ended it. */
  readonly ended: Promise<number | null>;
  signal(signal: NodeJS.Signals): void;
  /** From now on nobody reads what it writes: the pipes are closed, or left to fill up. */
  abandonOutput(how: 'closed' | 'unread'): void;
  /** Asks it to stop and resolves to its exit code. One that does not obey within 30 s is killed, which is an error. */
  stop(): Promise<number | null>;
}

export interface ServiceOptions {
  /** How error messages call it. */
  name: string;
  command: string;
  args: string[];
  env?: NodeJS.ProcessEnv;
  isReady(output: string): boolean | Promise<boolean>;
  /** Default 60,000. */
  readyTimeoutMs?: number;
  /** In a process group of its own: a Ctrl-C on the terminal does not reach it. */
  isDetached?: boolean;
  /** Where else it may have said what is wrong, such as a log file. */
  explain?(): Promise<string>;
}

const pollIntervalMs = 25;
const stopTimeoutMs = 30_000;

export async function startService(options: ServiceOptions): Promise<Service> {
  const { name, command, args, readyTimeoutMs = 60_000 } = options;
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: options.env ?? process.env,
    detached: options.isDetached ?? false,
  });
  let output = '';
  const state = { hasEnded: false };
  const collect = (chunk: Buffer): void => {
    output += chunk.toString('utf8');
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  const ended = new Promise<number | null>((resolve) => {
    const end = (code: number | null): void => {
      state.hasEnded = true;
      resolve(code);
    };
    child.once('close', end).once('error', (cause) => {
      output += `${cause.message}\n`;
      end(null);
    });
  });

  const stop = async (): Promise<number | null> => {
    child.kill('SIGTERM');
    const abandon = new AbortController();
    const isLate = delay(stopTimeoutMs, true, { signal: abandon.signal, ref: false }).catch(() => false);
    const inTime = await Promise.race([ended.then(() => true), isLate.then(() => false)]);
    abandon.abort();
    if (inTime) return ended;
    child.kill('SIGKILL');
    await ended;
    throw new Error(`${name} did not stop within ${stopTimeoutMs} ms of SIGTERM; it wrote:\n${output}`);
  };

  const fail = async (what: string): Promise<never> => {
    if (!state.hasEnded) await stop();
    const explanation = (await options.explain?.().catch(() => '')) ?? '';
    throw new Error(`${name} ${what}: ${command} ${args.join(' ')}\n${output}${explanation}`);
  };
  const deadline = Date.now() + readyTimeoutMs;
  while (!(await options.isReady(output))) {
    if (state.hasEnded) await fail('ended before it was ready');
    if (Date.now() > deadline) await fail(`was not ready within ${readyTimeoutMs} ms`);
    await delay(pollIntervalMs);
  }
  const abandonOutput = (how: 'closed' | 'unread'): void => {
    for (const pipe of [child.stdout, child.stderr]) {
      if (how === 'closed') pipe.destroy();
      else pipe.pause();
    }
    // What stands in the pipes then would keep them open.
    child.once('exit', () => [child.stdout, child.stderr].forEach((pipe) => pipe.destroy()));
  };
  return {
    pid: child.pid ?? 0,
    output: () => output,
    ended,
    signal: (signal) => child.kill(signal),
    abandonOutput,
    stop,
  };
}
